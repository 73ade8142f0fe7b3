import type { IncomingMessage, ServerResponse } from "node:http";

/** The largest body taken: far more than the longest text needs. */
const BODY_MAX = 262_144;

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The whole body, or nothing when it is too large. */
  readonly body: () => Promise<Buffer | undefined>;
}

/** Answers a request of the control interface itself. */
export type Handler = (exchange: Exchange) => Promise<void> | void;

/** What a carrier interface answers; a fault may still delay, change or swallow it. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  /** Done when the answer has gone out, or would have. */
  readonly afterwards?: () => void;
}

export type CarrierCall = (exchange: Exchange) => Promise<Reply> | Reply;

export const newExchange = (request: IncomingMessage, response: ServerResponse): Exchange => {
  const target = request.url ?? "/";
  const question = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: question < 0 ? target : target.slice(0, question),
    query: new URLSearchParams(question < 0 ? "" : target.slice(question + 1)),
    request,
    response,
    body: () => readBody(request),
  };
};

const readBody = (request: IncomingMessage): Promise<Buffer | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_MAX) chunks.push(chunk);
    else resolve(undefined);
  });
  request.on("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
  request.on("close", () => reject(new Error("The request broke off")));
  request.on("error", reject);
  return promise;
};
