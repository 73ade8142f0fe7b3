import { connect, createServer, type Server, type Socket } from "node:net";

/** A stretch of network on the way to one port, which can be cut as a cable is: nobody is told. */
export interface Wire {
  readonly port: number;
  /** What is under way stands still, and what is new gets no answer. */
  cut(): void;
  /** What stood still is broken off, and what is new goes through. */
  mend(): void;
  close(): Promise<void>;
}

export const startWire = async (to: number): Promise<Wire> => {
  const ends = new Set<Socket>();
  let isCut = false;

  const keep = (end: Socket): Socket => {
    ends.add(end);
    end.on("error", () => {});
    end.once("close", () => ends.delete(end));
    return end;
  };

  const carry = (from: Socket, into: Socket): void => {
    from.on("data", (chunk: Buffer) => {
      if (isCut || into.write(chunk)) return;
      from.pause();
      into.once("drain", () => isCut || from.resume());
    });
    from.once("close", () => isCut || into.destroy());
  };

  const server: Server = createServer((near) => {
    keep(near);
    if (isCut) {
      near.pause();
      return;
    }
    const far = keep(connect(to, "127.0.0.1"));
    for (const end of [near, far]) end.setNoDelay(true);
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const breakOff = (): void => {
    for (const end of ends) end.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      isCut = true;
      for (const end of ends) end.pause();
    },
    mend: () => {
      if (isCut) breakOff();
      isCut = false;
    },
    close: () => {
      breakOff();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};
