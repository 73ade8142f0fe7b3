import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode } from "#adapters/smpp/protocol/codec.ts";
import { createFramer } from "#adapters/smpp/protocol/framing.ts";
import type { Pdu, ReceivedPdu } from "#adapters/smpp/protocol/pdu.ts";
import { inFull } from "./received.ts";
import { hotPdu } from "./smpp-arbitraries.ts";

const CASES = 100_000;

type Change =
  | { readonly kind: "set"; readonly at: number; readonly octet: number }
  | { readonly kind: "cut" | "drop"; readonly at: number }
  | { readonly kind: "insert"; readonly at: number; readonly octet: number };

const octet = fc.oneof(fc.constantFrom(0, 1, 5, 0x7f, 0x80, 0xfe, 0xff), fc.nat(255));
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("set" as const), at: fc.nat(), octet }) },
  fc.record({ kind: fc.constantFrom("cut" as const, "drop" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), octet }),
);

/** Changes the body of a PDU and leaves the header alone, but for a command_length that fits. */
const damage = (bytes: Buffer, changes: readonly Change[]): Buffer => {
  let body = [...bytes.subarray(16)];
  for (const change of changes) {
    const at = change.at % (body.length + 1);
    if (change.kind === "set" && at < body.length) body[at] = change.octet;
    if (change.kind === "cut") body = body.slice(0, at);
    if (change.kind === "drop") body.splice(at, 1);
    if (change.kind === "insert") body.splice(at, 0, change.octet);
  }
  const damaged = Buffer.concat([bytes.subarray(0, 16), Buffer.from(body)]);
  damaged.writeUInt32BE(damaged.length, 0);
  return damaged;
};

/** Whether the reading explains every octet: what was accepted is written back as it came. */
const isFaithful = (bytes: Buffer, pdu: ReceivedPdu): boolean => {
  switch (pdu.kind) {
    case "deliver_sm": {
      const written = encode(inFull(pdu) as Pdu);
      if (pdu.damage === undefined) return written.equals(bytes);
      // All but the length in the header, and what is lost at the end.
      return written.length < bytes.length && written.subarray(4).equals(bytes.subarray(4, written.length));
    }
    case "submit_sm":
    case "enquire_link":
    case "enquire_link_resp":
      return encode(inFull(pdu) as Pdu).equals(bytes);
    case "submit_sm_resp":
    case "deliver_sm_resp": {
      if (bytes.length === 16) return pdu.messageId === "";
      // We write no body with an error status, others do.
      const written = encode({ ...pdu, status: 0 } as Pdu);
      return written.subarray(16).equals(bytes.subarray(16));
    }
    default:
      return true;
  }
};

describe("the decoder, fed with damaged PDUs", () => {
  it(`neither crashes nor accepts what it cannot explain, in ${CASES} cases`, () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(hotPdu, fc.array(change, { minLength: 1, maxLength: 4 }), (pdu, changes) => {
        const bytes = damage(encode(pdu), changes);
        const read = decode(bytes, 0, bytes.length);
        if (read.kind === "malformed") refused += 1;
        else accepted += 1;
        return isFaithful(bytes, read);
      }),
      { numRuns: CASES },
    );
    expect(accepted + refused).toBe(CASES);
    // Both happen often, or the cases would prove nothing.
    expect(accepted).toBeGreaterThan(CASES / 20);
    expect(refused).toBeGreaterThan(CASES / 20);
  });

  it("comes to an end on any stream that begins like PDUs", () => {
    const word = fc.oneof(
      fc.nat(80),
      fc.constantFrom(0x80000005, 5, 4, 0x80000004, 0x15, 9, 0x80000009, 0xffffffff),
    );
    const header = fc.tuple(fc.nat(80), word, word, word).map((words) => {
      const bytes = Buffer.alloc(16);
      words.forEach((value, i) => {
        bytes.writeUInt32BE(value, i * 4);
      });
      return bytes;
    });
    const piece = fc.oneof(
      header,
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const frames = createFramer();
        for (const chunk of pieces) {
          frames.feed(chunk);
          while (frames.next() === "frame") {
            const { bytes, start, end } = frames.frame;
            expect(decode(bytes, start, end)).toHaveProperty("kind");
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
