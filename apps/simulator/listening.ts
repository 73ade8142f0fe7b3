import type { Server, Socket } from "node:net";

/** Starts listening and gives the port that it became. */
export const listen = async (server: Server, port: number, host: string): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(port, host, () => {
    server.off("error", reject);
    const address = server.address();
    if (typeof address === "object" && address) resolve(address.port);
    else reject(new Error("Cannot tell the port"));
  });
  return promise;
};

/** Keeps count of a server's connections, so that it can be closed with them. */
export const closable = (server: Server): (() => Promise<void>) => {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
    await promise;
  };
};
