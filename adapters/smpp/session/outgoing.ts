import { pduLength, writePdu } from "#adapters/smpp/protocol/codec.ts";
import type { Pdu } from "#adapters/smpp/protocol/pdu.ts";

/** What one write usually carries; longer PDUs get a buffer of their own. */
const BLOCK_LENGTH = 65_536;

/** Blocks kept for use again. */
const SPARE_MAX = 4;

/** What there is to write in this turn of the event loop. */
export interface Outgoing {
  readonly add: (pdu: Pdu) => void;
  readonly isEmpty: () => boolean;
  /** Hands each full or begun block to `write`, which calls `done` when it needs the bytes no more. */
  readonly flush: (write: (bytes: Buffer, done: () => void) => void) => void;
}

/** Collects PDUs in few large buffers: one system call for many PDUs is most of what makes the gateway fast. */
export const createOutgoing = (): Outgoing => {
  const spare: Buffer[] = [];
  let full: { readonly block: Buffer; readonly length: number }[] = [];
  let block: Buffer = Buffer.allocUnsafe(BLOCK_LENGTH);
  let length = 0;

  const setAside = () => {
    if (length === 0) return;
    full.push({ block, length });
    block = spare.pop() ?? Buffer.allocUnsafe(BLOCK_LENGTH);
    length = 0;
  };

  return {
    add(pdu) {
      const needed = pduLength(pdu);
      if (length + needed > block.length) setAside();
      if (needed > block.length) block = Buffer.allocUnsafe(needed);
      length = writePdu(block, length, pdu);
    },
    isEmpty: () => length === 0 && full.length === 0,
    flush(write) {
      setAside();
      const blocks = full;
      full = [];
      for (const { block: bytes, length: used } of blocks) {
        write(bytes.subarray(0, used), () => {
          if (bytes.length === BLOCK_LENGTH && spare.length < SPARE_MAX) spare.push(bytes);
        });
      }
    },
  };
};
