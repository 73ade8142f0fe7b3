import { decode } from "#adapters/smpp/protocol/codec.ts";
import { createFramer } from "#adapters/smpp/protocol/framing.ts";
import type { ReceivedPdu } from "#adapters/smpp/protocol/pdu.ts";

/** PDUs read from the socket before other work gets its turn. */
const PDUS_PER_TURN_MAX = 500;

export interface PduReaderEvents {
  readonly pdu: (pdu: ReceivedPdu) => void;
  /** The stream is lost: a length cannot be. */
  readonly badLength: () => void;
  /** Whether the bytes that came last end in the middle of a PDU; on change, and for each new such PDU. */
  readonly fragment: (pending: boolean) => void;
  /** All that has come is read. */
  readonly done: () => void;
  readonly isClosed: () => boolean;
  /** More has come than one turn of the event loop may read: stop the socket, and call `readOn` in the next turn. */
  readonly pause: () => void;
  readonly resume: () => void;
}

export interface PduReader {
  readonly feed: (chunk: Buffer) => void;
  readonly readOn: () => void;
}

/** Cuts what comes from a socket into PDUs and hands them on, so many in a turn. */
export const createPduReader = (events: PduReaderEvents): PduReader => {
  const frames = createFramer();
  let fragmentPending = false;
  let framesSinceFragment = 0;
  let isPaused = false;

  const readOn = (): void => {
    for (let read = 0; !events.isClosed(); read += 1) {
      if (read === PDUS_PER_TURN_MAX) {
        isPaused = true;
        events.pause();
        return;
      }
      const framing = frames.next();
      if (framing === "incomplete") break;
      if (framing === "bad-length") events.badLength();
      else {
        framesSinceFragment += 1;
        const { bytes, start, end } = frames.frame;
        events.pdu(decode(bytes, start, end));
      }
    }
    events.done();
    if (events.isClosed()) return;
    // A PDU that comes in many pieces has one start, and it is the time since then that counts.
    const pending = frames.partial();
    if (pending !== fragmentPending || (pending && framesSinceFragment > 0)) {
      events.fragment(pending);
      fragmentPending = pending;
    }
    framesSinceFragment = 0;
    if (isPaused) {
      isPaused = false;
      events.resume();
    }
  };

  return {
    feed(chunk) {
      frames.feed(chunk);
      readOn();
    },
    readOn,
  };
};
