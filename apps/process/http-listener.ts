import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { allowLongRequests } from "./long-requests.ts";
import { answerBeforeBody } from "./unread-body.ts";

/** A request, a pause in a streamed one, and headers that take longer than this (milliseconds) are given up. */
const REQUEST_MAX_MS = 30_000;
const HEADERS_MAX_MS = 10_000;
/** Longer than load balancers keep theirs (60 s), so that none of them uses a connection that we are closing. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 10_000;
/** How often requests that take too long are looked for. */
const CHECK_INTERVAL_MS = 1_000;

export interface HttpLimits {
  readonly requestMs: number;
  readonly headersMs: number;
  readonly checkIntervalMs: number;
}

const LIMITS: HttpLimits = {
  requestMs: REQUEST_MAX_MS,
  headersMs: HEADERS_MAX_MS,
  checkIntervalMs: CHECK_INTERVAL_MS,
};

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
export const openHttpListener = async (
  host: string,
  port: number,
  limits: HttpLimits = LIMITS,
): Promise<HttpListener> => {
  let handler: RequestListener = notYet;
  let closing: Promise<void> | undefined;
  const unanswered = new Set<ServerResponse>();
  const server = createServer(
    { connectionsCheckingInterval: limits.checkIntervalMs },
    (request, response) => {
      unanswered.add(response);
      response.once("close", () => unanswered.delete(response));
      if (closing) response.setHeader("Connection", "close");
      answerBeforeBody(request, response);
      long.begun(request);
      if (isAmbiguous(request)) ambiguous(request, response);
      else handler(request, response);
    },
  );
  const long = allowLongRequests(server, unanswered, limits.requestMs);
  server.requestTimeout = limits.requestMs;
  server.headersTimeout = limits.headersMs;
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

/** Two machines on the way may each believe another one of two hosts, or of two encodings of a body. */
const isAmbiguous = ({ rawHeaders, headers }: IncomingMessage): boolean => {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  const count = (name: string): number => names.filter((each) => each === name).length;
  return (
    count("host") > 1 || count("transfer-encoding") > 1 || (headers["transfer-encoding"] ?? "").includes(",")
  );
};

const answerWith =
  (
    status: number,
    name: string,
    title: string,
    detail: string,
    headers: Readonly<Record<string, string>>,
  ): RequestListener =>
  (_, response) => {
    const retryable = status >= 500;
    const requestId = randomUUID();
    const instance = `urn:uuid:${requestId}`;
    response.writeHead(status, {
      "Content-Type": "application/problem+json",
      "Request-Id": requestId,
      ...headers,
    });
    response.end(
      JSON.stringify({ type: `urn:sms-proxy:${name}`, title, status, detail, retryable, instance }),
    );
  };

const notYet = answerWith(503, "unavailable", "Unavailable", "Starting", { "Retry-After": "1" });
const ambiguous = answerWith(
  400,
  "malformed-request",
  "Malformed request",
  "A request has one Host and at most one Transfer-Encoding",
  { Connection: "close" },
);
