import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Bodies that are read line by line as they come, which takes as long as their lines take to be stored. */
const STREAMED = "application/x-ndjson";

export interface LongRequests {
  /** A request whose headers have been read. */
  begun(request: IncomingMessage): void;
}

/**
 * Answers what Node gives up, as it would itself; but a streamed body may take longer than a request may, as long as no pause in it
 * does.
 */
export const allowLongRequests = (
  server: Server,
  unanswered: Iterable<ServerResponse>,
  pauseMaxMs: number,
): LongRequests => {
  const streaming = new WeakMap<Socket, IncomingMessage>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const request = streaming.get(socket);
    if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && request !== undefined && !request.complete) {
      // Node does not look at it any more.
      socket.setTimeout(pauseMaxMs, () => socket.destroy());
      request.once("close", () => socket.setTimeout(0));
      return;
    }
    const isAnswering = [...unanswered].some((each) => each.socket === socket && each.headersSent);
    if (!socket.writable || isAnswering) socket.destroy();
    else socket.end(`HTTP/1.1 ${statusOf(error.code)}\r\nConnection: close\r\n\r\n`);
  });
  return {
    begun: (request) => {
      if (request.headers["content-type"]?.startsWith(STREAMED)) streaming.set(request.socket, request);
    },
  };
};

const statusOf = (code: string | undefined): string => {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return "431 Request Header Fields Too Large";
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return "413 Payload Too Large";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "408 Request Timeout";
    default:
      return "400 Bad Request";
  }
};
