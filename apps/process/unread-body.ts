import type { IncomingMessage, ServerResponse } from "node:http";

/** How much of a body that nobody wants is read on, and for how long. */
const DISCARDED_MAX = 8 * 1024 * 1024;
const DISCARDING_MAX_MS = 2_000;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/**
 * Lets an answer that comes before the body was read reach its client: most clients send their whole body first, and would see a
 * connection that breaks. The answer is written at once, what still comes is read and thrown away, and then the connection closes.
 */
export const answerBeforeBody = (request: IncomingMessage, response: ServerResponse): void => {
  const end = response.end.bind(response) as (...given: readonly unknown[]) => ServerResponse;
  const endLater = (chunk?: unknown, ...rest: readonly unknown[]): ServerResponse => {
    if (request.complete || request.destroyed || !hasBody(request)) return end(chunk, ...rest);
    if (!response.headersSent) response.setHeader("Connection", "close");
    if (typeof chunk === "string" || chunk instanceof Uint8Array) {
      if (!response.headersSent && !response.hasHeader("Content-Length"))
        response.setHeader("Content-Length", Buffer.byteLength(chunk));
      response.write(chunk);
    } else response.flushHeaders();
    discard(request, () => end());
    return response;
  };
  response.end = endLater as typeof response.end;
};

/** Calls `done` once: when the body is over, or more of it has come than is read. */
const discard = (request: IncomingMessage, done: () => void): void => {
  let size = 0;
  const stop = (): void => {
    clearTimeout(timer);
    request.off("data", count).off("end", stop).off("close", stop);
    done();
  };
  const count = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > DISCARDED_MAX) stop();
  };
  const timer = setTimeout(stop, DISCARDING_MAX_MS);
  request
    .on("error", () => {})
    .on("data", count)
    .once("end", stop)
    .once("close", stop)
    .resume();
};
