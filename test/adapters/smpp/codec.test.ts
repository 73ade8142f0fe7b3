import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decode, encode, pduLength, writePdu } from "#adapters/smpp/protocol/codec.ts";
import { messageProblem } from "#adapters/smpp/protocol/message-problem.ts";
import { NO_TLVS, type Pdu, type ReceivedPdu, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { shortMessageOf, sourceOf } from "#adapters/smpp/protocol/received-message.ts";
import { integerTlv, TAG, textTlv } from "#adapters/smpp/protocol/tlv.ts";
import { messageFields, nodeSmppDecode, nodeSmppEncode, withoutFilters } from "./node-smpp-oracle.ts";
import { fieldsOf, inFull } from "./received.ts";
import { hotPdu, noMessage, shortMessage } from "./smpp-arbitraries.ts";
import { tlvBytes } from "./tlv-bytes.ts";

const read = (bytes: Buffer): ReceivedPdu => decode(bytes, 0, bytes.length);
const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

/** The PDU with `change` made to its bytes and its command_length mended. */
const tampered = (pdu: Pdu, change: (bytes: Buffer) => Buffer): Buffer => {
  const bytes = change(encode(pdu));
  bytes.writeUInt32BE(bytes.length, 0);
  return bytes;
};

const deliver = (message: Partial<typeof noMessage>): Pdu => ({
  kind: "deliver_sm",
  sequence: 7,
  message: { ...noMessage, ...message },
});

describe("the codec of the hot PDUs", () => {
  beforeAll(withoutFilters);

  it("writes the same bytes as node-smpp", () => {
    fc.assert(
      fc.property(hotPdu, (pdu) => {
        expect(encode(pdu).equals(nodeSmppEncode(pdu))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it("reads back what it wrote, anywhere in a buffer", () => {
    fc.assert(
      fc.property(hotPdu, fc.nat(40), (pdu, before) => {
        const buffer = Buffer.alloc(before + pduLength(pdu) + 5, 0xee);
        const end = writePdu(buffer, before, pdu);
        expect(end).toBe(before + pduLength(pdu));
        expect(inFull(decode(buffer, before, end))).toEqual(pdu);
        expect(buffer.subarray(end).every((octet) => octet === 0xee)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads the same fields as node-smpp", () => {
    fc.assert(
      fc.property(shortMessage, (message) => {
        const pdu = { kind: "deliver_sm", sequence: 9, message } as const;
        const bytes = nodeSmppEncode(pdu);
        const ours = read(bytes);
        expect(ours.kind).toBe("deliver_sm");
        if (ours.kind !== "deliver_sm") return;
        expect(nodeSmppDecode(bytes)).toMatchObject(messageFields(fieldsOf(ours.message)));
      }),
      { numRuns: 1_000 },
    );
  });

  it("reads Vonage's receipt, with the id in text and in a TLV", () => {
    const pdu = read(
      hex(
        `000000c5 00000005 00000000 00000065 00010134343737303039303030303000
        010134343737303039303030303100 04 00 00 00 00 00 00 01 00 72
        69643a3836343639313132393031363837363830322073
        75623a30303120646c7672643a303031207375626d697420646174653a3136303130313031303020646f6e6520646174653a31363031303130313031
        20737461743a44454c49565244206572723a30303020746578743a6e6f6e6500 1e0011 3043303030303030323137423746303200 0427000102`.replace(
          "6500 1e0011",
          "65 001e0011",
        ),
      ),
    );
    expect(pdu.kind).toBe("deliver_sm");
    if (pdu.kind !== "deliver_sm") return;
    expect(sourceOf(pdu.message)).toBe("447700900000");
    expect(shortMessageOf(pdu.message).toString("latin1")).toMatch(/^id:864691129016876802 .* text:none$/);
    expect(textTlv(pdu.message, TAG.receiptedMessageId)).toBe("0C000000217B7F02");
    expect(integerTlv(pdu.message, TAG.messageState)).toBe(2);
  });
});

describe("a PDU that is not what its command allows", () => {
  const answerTo = (bytes: Buffer) => {
    const pdu = read(bytes);
    return pdu.kind === "malformed" ? pdu.answer : pdu.kind;
  };

  it("is refused wherever it is cut off", () => {
    fc.assert(
      fc.property(shortMessage, fc.nat(), (message, where) => {
        const whole = deliver({ ...message, tlvs: NO_TLVS });
        const length = pduLength(whole);
        const cut = tampered(whole, (bytes) => bytes.subarray(0, 16 + (where % (length - 16))));
        expect(read(cut).kind).toBe("malformed");
      }),
      { numRuns: 2_000 },
    );
  });

  it("never gives away a byte from behind its end", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(4, 5, 0x80000004, 0x80000005),
        (body, command) => {
          const alone = Buffer.alloc(16 + body.length);
          alone.writeUInt32BE(alone.length, 0);
          alone.writeUInt32BE(command, 4);
          alone.set(body, 16);
          const followed = Buffer.concat([
            alone,
            Buffer.from("\0\0SECRET\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
          ]);
          expect(inFull(decode(followed, 0, alone.length))).toEqual(inFull(read(alone)));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it("is answered by what is wrong with it", () => {
    const endless = "9".repeat(21);
    expect(answerTo(encode(deliver({ source: endless })))).toBe(STATUS.invalidSource);
    expect(answerTo(encode(deliver({ destination: endless })))).toBe(STATUS.invalidDestination);
    expect(answerTo(encode(deliver({ serviceType: "TOOLONG" })))).toBe(STATUS.invalidServiceType);
    expect(answerTo(encode(deliver({ scheduleTime: "0".repeat(17) })))).toBe(STATUS.invalidSchedule);
    expect(answerTo(encode(deliver({ validityPeriod: "0".repeat(17) })))).toBe(STATUS.invalidExpiry);
    expect(answerTo(encode(deliver({ shortMessage: Buffer.alloc(255) })))).toBe(STATUS.invalidMessageLength);
  });

  it("is refused when sm_length says more or less than there is", () => {
    const text = Buffer.from("MEET AT 17:30");
    const lengthAt = pduLength(deliver({ shortMessage: text })) - text.length - 1;
    const withLength = (length: number) =>
      tampered(deliver({ shortMessage: text }), (bytes) => {
        bytes[lengthAt] = length;
        return bytes;
      });
    expect(answerTo(withLength(13))).toBe("deliver_sm");
    for (const length of [14, 200, 254])
      expect(answerTo(withLength(length))).toBe(STATUS.invalidMessageLength);
    for (const length of [0, 10, 12]) expect(answerTo(withLength(length))).toBe(STATUS.invalidOptionalPart);
  });

  it("is refused when a TLV goes beyond it", () => {
    const pdu = deliver({ tlvs: tlvBytes({ tag: TAG.receiptedMessageId, value: Buffer.from("abcde") }) });
    expect(answerTo(encode(pdu))).toBe("deliver_sm");
    expect(answerTo(tampered(pdu, (bytes) => bytes.subarray(0, -1)))).toBe(STATUS.invalidOptionalPart);
    expect(answerTo(tampered(pdu, (bytes) => Buffer.concat([bytes, Buffer.from([0])])))).toBe(
      STATUS.invalidOptionalPart,
    );
  });

  it("keeps an id without its NUL apart from the TLV behind it", () => {
    const pdu = deliver({
      tlvs: tlvBytes(
        { tag: TAG.receiptedMessageId, value: Buffer.from("abcde") },
        { tag: TAG.messageState, value: Buffer.from([2]) },
        { tag: TAG.sarReference, value: Buffer.from([7]) },
      ),
    });
    const back = read(encode(pdu));
    if (back.kind !== "deliver_sm") throw new Error("Cannot read it");
    const found = back.message;
    expect(textTlv(found, TAG.receiptedMessageId)).toBe("abcde");
    expect(integerTlv(found, TAG.sarReference)).toBe(7);
  });

  it("has a response without a body, but not with a body that does not end", () => {
    const response = (body: string) => {
      const bytes = Buffer.alloc(16 + body.length);
      bytes.writeUInt32BE(0x80000004, 4);
      bytes.write(body, 16, "latin1");
      return bytes;
    };
    expect(read(response(""))).toMatchObject({ kind: "submit_sm_resp", messageId: "" });
    expect(read(response("abc\0"))).toMatchObject({ kind: "submit_sm_resp", messageId: "abc" });
    expect(read(response("abc")).kind).toBe("malformed");
    expect(read(response(`${"a".repeat(65)}\0`)).kind).toBe("malformed");
  });

  it("is never written: no string with a NUL or control character, no overlong address, gets past the check", () => {
    const fields = ["source", "destination", "serviceType", "scheduleTime", "validityPeriod"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.string({ unit: "binary", maxLength: 30 }), (field, text) => {
        const message = { ...noMessage, [field]: text };
        if (messageProblem(message) !== null) return;
        expect(inFull(read(encode({ kind: "submit_sm", sequence: 1, message })))).toEqual({
          kind: "submit_sm",
          sequence: 1,
          message,
        });
      }),
      { numRuns: 5_000 },
    );
    expect(messageProblem({ ...noMessage, source: "A\0\x05\0HACKED" })).toBeDefined();
    expect(messageProblem({ ...noMessage, destination: "1".repeat(21) })).toBeDefined();
    expect(messageProblem({ ...noMessage, destination: "LETTERS" })).toBeDefined();
    expect(messageProblem({ ...noMessage, source: "TwelveLetter" })).toBeDefined();
    expect(messageProblem({ ...noMessage, source: "Acme Taxi" })).toBeNull();
  });
});
