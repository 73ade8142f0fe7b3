import net from "node:net";
import { decode } from "#adapters/smpp/protocol/codec.ts";
import { createFramer } from "#adapters/smpp/protocol/framing.ts";
import type { ReceivedPdu } from "#adapters/smpp/protocol/pdu.ts";

/** One connection to a peer that does on the wire whatever a test wants. */
export interface RawConnection {
  readonly socket: net.Socket;
  readonly received: ReceivedPdu[];
  ended: boolean;
}

export interface RawPeer {
  readonly port: number;
  readonly connections: RawConnection[];
  readonly close: () => Promise<void>;
}

/** Listens, and calls `onPdu` with each PDU that comes; sends nothing on its own. */
export const rawPeer = async (
  onPdu: (pdu: ReceivedPdu, connection: RawConnection) => void = () => undefined,
  onConnection: (connection: RawConnection) => void = () => undefined,
): Promise<RawPeer> => {
  const connections: RawConnection[] = [];
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const connection: RawConnection = { socket, received: [], ended: false };
    connections.push(connection);
    const frames = createFramer();
    socket.on("data", (chunk) => {
      frames.feed(chunk);
      while (frames.next() === "frame") {
        const { bytes, start, end } = frames.frame;
        const pdu = decode(bytes, start, end);
        connection.received.push(pdu);
        onPdu(pdu, connection);
      }
    });
    const ended = () => {
      connection.ended = true;
    };
    socket.on("end", ended);
    socket.on("close", ended);
    socket.on("error", ended);
    onConnection(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    connections,
    close: () =>
      new Promise((resolve) => {
        for (const { socket } of connections) socket.destroy();
        server.close(() => resolve());
      }),
  };
};

/** A PDU from its four words and a body. */
export const pduBytes = (
  command: number,
  status: number,
  sequence: number,
  body: Buffer | string = "",
): Buffer => {
  const tail = typeof body === "string" ? Buffer.from(body, "latin1") : body;
  const bytes = Buffer.alloc(16 + tail.length);
  [bytes.length, command, status, sequence].forEach((word, i) => {
    bytes.writeUInt32BE(word, i * 4);
  });
  bytes.set(tail, 16);
  return bytes;
};

export const bindAnswer = (sequence: number, status = 0) =>
  pduBytes(0x80000009, status, sequence, status === 0 ? "peer\0" : "");
