import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request, and its headers, that take longer than this (milliseconds) are given up. */
const REQUEST_MAX_MS = 30_000;
const HEADERS_MAX_MS = 10_000;
/** Longer than load balancers keep theirs (60 s), so that none of them uses a connection that we are closing. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 10_000;

/** A port that is taken as soon as it is opened, and may be served later. */
export interface HttpListener {
  readonly port: number;
  /** `http://HOST:PORT`. */
  readonly url: string;
  /** Who answers from now on; until then it is 503. */
  serve(handler: RequestListener): void;
  /** Takes no new connections, finishes what is being answered, and cuts what is left at the deadline. May be repeated. */
  close(deadline: AbortSignal): Promise<void>;
}

/** Rejects with the system's error when the port is taken or not ours to use. */
export const openHttpListener = async (host: string, port: number): Promise<HttpListener> => {
  let handler: RequestListener = notYet;
  let closing: Promise<void> | undefined;
  const unanswered = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    unanswered.add(response);
    response.once("close", () => unanswered.delete(response));
    if (closing) response.setHeader("Connection", "close");
    handler(request, response);
  });
  server.requestTimeout = REQUEST_MAX_MS;
  server.headersTimeout = HEADERS_MAX_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS_MAX;

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, host, resolve);
  await promise;
  const address = server.address() as AddressInfo;
  const shownHost = address.family === "IPv6" ? `[${address.address}]` : address.address;

  return {
    port: address.port,
    url: `http://${shownHost}:${address.port}`,
    serve: (own) => {
      handler = own;
    },
    close: async (deadline) => {
      closing ??= new Promise<void>((done) => server.close(() => done()));
      // Otherwise clients keep their connections open for another request.
      for (const response of unanswered) if (!response.headersSent) response.setHeader("Connection", "close");
      const cut = () => server.closeAllConnections();
      if (deadline.aborted) cut();
      deadline.addEventListener("abort", cut, { once: true });
      await closing;
      deadline.removeEventListener("abort", cut);
    },
  };
};

const notYet: RequestListener = (_, response) => {
  response.writeHead(503, { "Content-Type": "application/problem+json", "Retry-After": "1" });
  const body = { type: "urn:sms-proxy:unavailable", title: "Unavailable", status: 503, detail: "Starting" };
  response.end(JSON.stringify(body));
};
