import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a database that can go silent: connections stay open, and nothing passes in either direction. */
export interface SilentLine {
  /** The same address, over this line. */
  readonly url: string;
  /** From the first octets from our side that hold `word`, such as a statement; at once without one. */
  goSilent(word?: string): void;
  /** What is open passes nothing any more, without a word; new connections pass. */
  forgetOpen(): void;
  /** What was open is cut, and new connections pass. */
  speakAgain(): void;
  close(): Promise<void>;
}

export const silentLineTo = async (databaseUrl: string): Promise<SilentLine> => {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  let isSilent = false;
  let last: string | null = null;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.on("data", (octets) => {
        isSilent ||= from === near && last !== null && octets.includes(last);
        if (!isSilent && !forgotten.has(from)) to.write(octets);
      });
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        // That the other side has hung up is not heard either.
        if (!isSilent && !forgotten.has(from)) to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as { readonly port: number }).port);
  return {
    url: url.href,
    goSilent: (word) => {
      last = word ?? null;
      isSilent = word === undefined;
    },
    forgetOpen: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
    speakAgain: () => {
      last = null;
      isSilent = false;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
};
