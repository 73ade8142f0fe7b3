import type { IncomingMessage, ServerResponse } from "node:http";

/** How much of a body that nobody wants is read on, and for how long. */
const DISCARDED_MAX = 64 * 1024 * 1024;
const DISCARDING_MAX_MS = 10_000;
/** After that the client is told that nothing more is said, and has so long to read it and to stop. */
const LINGERING_MS = 2_000;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/**
 * Lets an answer that comes before the body was read reach its client: most clients send their whole body first, and would see a
 * connection that breaks. The answer is written at once, what still comes is read and thrown away, and then the connection closes: our
 * side of it first, as whoever closes both sides with octets unread resets the connection, and takes the answer away again.
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

/** Calls `done` once: when the body is over, or when the client had time to read the answer and sends on all the same. */
const discard = (request: IncomingMessage, done: () => void): void => {
  let size = 0;
  let lingering: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    clearTimeout(lingering);
    request.off("data", count).off("end", stop).off("close", stop);
    done();
  };
  const linger = (): void => {
    clearTimeout(timer);
    lingering ??= setTimeout(stop, LINGERING_MS);
    request.socket.end();
  };
  const count = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > DISCARDED_MAX && lingering === undefined) linger();
  };
  const timer = setTimeout(linger, DISCARDING_MAX_MS);
  request
    .on("error", () => {})
    .on("data", count)
    .once("end", stop)
    .once("close", stop)
    .resume();
};
