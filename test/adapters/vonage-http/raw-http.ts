import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Server as NetServer } from "node:net";

/** Starts it on a free port of this machine; the port. */
export const listen = async (server: Server | NetServer): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};

/** Stops it at once, whatever is open. */
export const close = async (server: Server | NetServer): Promise<void> => {
  if ("closeAllConnections" in server) server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
};

/** Sends the very octets given, half-closes, and reads until the other side closes. */
export const exchangeRaw = (port: number, octets: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(octets));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("error", () => {}).on("close", () => resolve(answer));
  });

/** Sends the pieces one by one, each in a later turn of the event loop, and reads until the other side closes. */
export const sendInPieces = async (port: number, pieces: readonly string[]): Promise<string> => {
  const socket = connect(port, "127.0.0.1").setNoDelay();
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString();
  });
  socket.on("error", () => {});
  const closed = once(socket, "close");
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  return answer;
};

/** Waits for the condition, at most five seconds. */
export const until = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("The condition did not come true in time");
    await new Promise((resolve) => setImmediate(resolve));
  }
};
