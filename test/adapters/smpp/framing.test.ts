import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode } from "#adapters/smpp/protocol/codec.ts";
import { createFramer, PDU_LENGTH_MAX } from "#adapters/smpp/protocol/framing.ts";
import { inFull } from "./received.ts";
import { hotPdu } from "./smpp-arbitraries.ts";

/** Cuts `bytes` at the given offsets, in any order and number. */
const cutUp = (bytes: Buffer, offsets: readonly number[]): Buffer[] => {
  const cuts = [...new Set(offsets.map((offset) => offset % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((start, i) => bytes.subarray(start, cuts[i] ?? bytes.length));
};

const allFrames = (chunks: readonly Buffer[], lengthMax?: number) => {
  const frames = createFramer(lengthMax);
  const found: Buffer[] = [];
  let end: "incomplete" | "bad-length" = "incomplete";
  for (const chunk of chunks) {
    frames.feed(chunk);
    for (let framing = frames.next(); ; framing = frames.next()) {
      if (framing !== "frame") {
        end = framing;
        break;
      }
      found.push(Buffer.from(frames.frame.bytes.subarray(frames.frame.start, frames.frame.end)));
    }
  }
  return { found, end, partial: frames.partial() };
};

const lengthWord = (length: number) => {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(length, 0);
  return bytes;
};

describe("framing", () => {
  it("finds the same PDUs however the stream is cut up", () => {
    fc.assert(
      fc.property(
        fc.array(hotPdu, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (pdus, cuts) => {
          const bytes = Buffer.concat(pdus.map(encode));
          const { found, partial } = allFrames(cutUp(bytes, cuts));
          expect(found.map((frame) => inFull(decode(frame, 0, frame.length)))).toEqual(pdus);
          expect(partial).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("does not copy a PDU that is whole in its chunk", () => {
    const frames = createFramer();
    const chunk = encode({ kind: "enquire_link", sequence: 1 });
    frames.feed(chunk);
    expect(frames.next()).toBe("frame");
    expect(frames.frame.bytes).toBe(chunk);
  });

  it("loses the stream at a length that no PDU has, and stays lost", () => {
    for (const length of [0, 1, 2, 3, 4, 5, 15, PDU_LENGTH_MAX + 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const { found, end } = allFrames([lengthWord(length), encode({ kind: "enquire_link", sequence: 1 })]);
      expect(found).toEqual([]);
      expect(end).toBe("bad-length");
    }
  });

  it("takes the longest PDU even octet by octet", () => {
    const bytes = Buffer.alloc(PDU_LENGTH_MAX, 1);
    bytes.writeUInt32BE(PDU_LENGTH_MAX, 0);
    const { found } = allFrames(Array.from(bytes, (octet) => Buffer.from([octet])));
    expect(found).toEqual([bytes]);
  });

  it("says that it is in the middle of a PDU, and gives nothing of it away", () => {
    const bytes = encode({ kind: "enquire_link", sequence: 1 });
    for (let length = 1; length < bytes.length; length += 1) {
      expect(allFrames([bytes.subarray(0, length)])).toEqual({ found: [], end: "incomplete", partial: true });
    }
  });

  it("comes to an end on any bytes whatever", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const { found } = allFrames(chunks.map((chunk) => Buffer.from(chunk)));
        const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        expect(found.length).toBeLessThanOrEqual(total / 16);
      }),
      { numRuns: 5_000 },
    );
  });
});
