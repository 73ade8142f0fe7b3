import type { Socket } from "node:net";
import { STATUS } from "./command-status.ts";
import { decodePdu, encodePdu, HEADER_OCTETS, PDU_OCTETS_MAX, type Pdu } from "./raw-pdu.ts";

/** A customer that does not read is cut off above this (octets). */
const BACKLOG_MAX = 8_388_608;

/** PDUs in and out over one socket; what is sent within one turn of the loop goes out in one write. */
export interface Connection {
  readonly send: (frame: Buffer) => void;
  /** Sends what is waiting, then closes. */
  readonly end: () => void;
  readonly destroy: () => void;
  readonly isOpen: () => boolean;
}

export interface ConnectionListener {
  readonly pdu: (pdu: Pdu) => void;
  /** A length that cannot be: the stream is lost. */
  readonly malformed: () => void;
  readonly closed: () => void;
}

export const openConnection = (socket: Socket, listener: ConnectionListener): Connection => {
  let received = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  let isOpen = true;

  const flush = (): void => {
    const frames = waiting;
    waiting = [];
    if (!isOpen || frames.length === 0) return;
    socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
    if (socket.writableLength > BACKLOG_MAX) socket.destroy();
  };

  const send = (frame: Buffer): void => {
    if (!isOpen) return;
    if (waiting.length === 0) process.nextTick(flush);
    waiting.push(frame);
  };

  const end = (): void => {
    flush();
    isOpen = false;
    socket.end();
    socket.destroySoon();
  };

  const readFrames = () => {
    while (isOpen && received.length >= 4) {
      const length = received.readUInt32BE(0);
      if (length < HEADER_OCTETS || length > PDU_OCTETS_MAX) {
        listener.malformed();
        send(encodePdu("generic_nack", { command_status: STATUS.invalidCommandLength }));
        return end();
      }
      if (received.length < length) return;
      const frame = received.subarray(0, length);
      received = received.subarray(length);
      listener.pdu(decodePdu(frame));
    }
  };

  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    readFrames();
  });
  // The cause of an error is of no use here: what matters is that "close" follows.
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.destroy());
  socket.on("close", () => {
    isOpen = false;
    listener.closed();
  });

  return {
    send,
    end,
    destroy: () => {
      isOpen = false;
      socket.destroy();
    },
    isOpen: () => isOpen,
  };
};
