import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createClient } from "#apps/client/client.ts";
import type { ClientOptions } from "#apps/client/transport.ts";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answering = (response: ServerResponse, request: SeenRequest) => void;

/** Answers as JSON. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

export const problem = (
  status: number,
  name: string,
  headers: Readonly<Record<string, string>> = {},
  more: object = {},
) =>
  json(
    status,
    { type: `urn:sms-proxy:${name}`, title: name, status, detail: "For a test", retryable: false, ...more },
    { "content-type": "application/problem+json", ...headers },
  );

/** Cuts the connection instead of an answer. */
export const cut: Answering = (response) => void response.destroy();

/** A server that gives these answers in turn, the last one for ever, and a client whose waits pass at once. */
export const answering = async (answers: readonly Answering[], options: Partial<ClientOptions> = {}) => {
  const requests: SeenRequest[] = [];
  const waits: number[] = [];
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const { method = "", url = "", headers } = incoming;
    const request = { method, url, headers, body };
    requests.push(request);
    (answers[requests.length - 1] ?? answers.at(-1)!)(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  const client = createClient({
    baseUrl,
    apiKey: "secret",
    random: () => 0.5,
    sleep: async (ms, signal) => {
      // What lasts ten seconds or longer watches over something else, and ends with it.
      if (ms >= WATCH_MS)
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      signal?.throwIfAborted();
      waits.push(ms);
    },
    ...options,
  });
  return { client, baseUrl, requests, waits };
};

const WATCH_MS = 10_000;
