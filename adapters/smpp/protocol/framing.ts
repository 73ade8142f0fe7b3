/** A header is four 32-bit words: length, command, status, sequence (SMPP 3.4 §3.2). */
export const HEADER_LENGTH = 16;

/** The longest PDU accepted: a 64 KiB message_payload with room for everything else. */
export const PDU_LENGTH_MAX = 70_000;

/** The bytes of one PDU, inside a buffer that the framer does not touch again. */
export interface Frame {
  bytes: Buffer;
  start: number;
  end: number;
}

/** What `next` found: a PDU in `frame`, nothing whole yet, or a length that shows that the stream is lost. */
export type Framing = "frame" | "incomplete" | "bad-length";

export interface Framer {
  /** Where `next` puts the PDU it found; overwritten by the next one. */
  readonly frame: Readonly<Frame>;
  /** Hands over bytes as they came from the socket. */
  readonly feed: (chunk: Buffer) => void;
  readonly next: () => Framing;
  /** Whether bytes of an unfinished PDU are waiting for the rest. */
  readonly partial: () => boolean;
}

/**
 * Cuts a stream of bytes into PDUs. A PDU that is whole in its chunk is not copied; one that comes in pieces is collected in a
 * buffer of exactly its length, so a trickle of single bytes costs no more than the PDU. After a bad length the stream has no
 * frame any more: every later `next` says so too.
 */
export const createFramer = (lengthMax: number = PDU_LENGTH_MAX): Framer => {
  const frame: Frame = { bytes: Buffer.alloc(0), start: 0, end: 0 };
  let chunk = frame.bytes;
  let offset = 0;
  const prefix = Buffer.alloc(4);
  let prefixFilled = 0;
  let collecting: Buffer | null = null;
  let collected = 0;
  let lost = false;

  const found = (bytes: Buffer, start: number, end: number): Framing => {
    frame.bytes = bytes;
    frame.start = start;
    frame.end = end;
    return "frame";
  };
  const isBad = (length: number) => length < HEADER_LENGTH || length > lengthMax;

  const collect = (): Framing => {
    const whole = collecting!;
    const copied = chunk.copy(whole, collected, offset);
    collected += copied;
    offset += copied;
    if (collected < whole.length) return "incomplete";
    collecting = null;
    return found(whole, 0, whole.length);
  };

  const beginCollecting = (length: number): Framing => {
    if (isBad(length)) {
      lost = true;
      return "bad-length";
    }
    collecting = Buffer.allocUnsafe(length);
    collected = 0;
    return "frame";
  };

  const next = (): Framing => {
    if (lost) return "bad-length";
    if (collecting !== null) return collect();
    const available = chunk.length - offset;
    if (available === 0) return "incomplete";
    if (prefixFilled === 0 && available >= 4) {
      const length = chunk.readUInt32BE(offset);
      if (length <= available && !isBad(length)) {
        offset += length;
        return found(chunk, offset - length, offset);
      }
      if (beginCollecting(length) === "bad-length") return "bad-length";
      return collect();
    }
    const copied = chunk.copy(prefix, prefixFilled, offset);
    prefixFilled += copied;
    offset += copied;
    if (prefixFilled < 4) return "incomplete";
    prefixFilled = 0;
    if (beginCollecting(prefix.readUInt32BE(0)) === "bad-length") return "bad-length";
    collected = prefix.copy(collecting!, 0);
    return collect();
  };

  return {
    frame,
    feed(bytes) {
      chunk = offset < chunk.length ? Buffer.concat([chunk.subarray(offset), bytes]) : bytes;
      offset = 0;
    },
    next,
    partial: () => prefixFilled > 0 || collecting !== null || offset < chunk.length,
  };
};
