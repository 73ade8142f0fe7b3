import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TAG } from "#adapters/smpp/protocol/tlv.ts";
import { decodeText, encodeUcs2 } from "#adapters/smpp/text/data-coding.ts";
import { decodeGsm, encodeGsm } from "#adapters/smpp/text/gsm-text.ts";
import { tablesFor } from "#adapters/smpp/text/national-tables.ts";
import { concatenationHeader, textOf, UDH_INDICATOR, userDataOf } from "#adapters/smpp/text/user-data.ts";
import { GSM_BASIC, GSM_EXTENSION } from "#core/domain/gsm-alphabet.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { tlvBytes } from "./tlv-bytes.ts";

const gsmLetters = [...GSM_BASIC.replace("\u001b", ""), ...GSM_EXTENSION.values()];
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const part = (bytes: Buffer) => received({ ...noMessage, esmClass: UDH_INDICATOR, shortMessage: bytes });
const byte = (tag: number, ...octets: number[]) => ({ tag, value: Buffer.from(octets) });

describe("GSM 03.38 text", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...gsmLetters)), (letters) => {
        const text = letters.join("");
        expect(decodeGsm(encodeGsm(text)!)).toBe(text);
      }),
    );
  });

  it("has no octets for a text that the alphabet cannot spell", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const spells = [...text].every((letter) => gsmLetters.includes(letter));
        expect(encodeGsm(text) !== null).toBe(spells);
      }),
    );
    expect(encodeGsm("ça")).toBeNull();
    expect(encodeGsm("\u001b")).toBeNull();
  });

  it("writes one septet per octet, and two for the extension", () => {
    expect(encodeGsm("Hello £ @ {€}")).toEqual(hex("48 65 6c 6c 6f 20 01 20 00 20 1b28 1b65 1b29"));
  });

  it("reads an unknown escape as the basic character, a double one as a space, a last one as nothing", () => {
    expect(decodeGsm(hex("61 1b61 62"))).toBe("aab");
    expect(decodeGsm(hex("61 1b1b 62"))).toBe("a b");
    expect(decodeGsm(hex("61 1b"))).toBe("a");
  });

  it("is read by the tables of a nation when the header says so", () => {
    expect(decodeGsm(hex("1b53 1b67 40"), tablesFor(1, null))).toBe("Şğ¡");
    expect(decodeGsm(hex("1c 40 1b65"), tablesFor(null, 1))).toBe("Şİ€");
    expect(decodeGsm(hex("1b41 1b75"), tablesFor(2, null))).toBe("Áú");
    expect(decodeGsm(hex("5b 5c 7b 1b7c 12"), tablesFor(3, 3))).toBe("ÃÕãõª");
    expect(decodeGsm(hex("1b41 61"), tablesFor(99, 99))).toBe("Aa");
    expect(tablesFor(3, 3).basic).toHaveLength(128);
    const message = part(Buffer.concat([hex("03 24 01 01"), hex("1b53")]));
    expect(textOf(message)).toBe("Ş");
  });
});

describe("the text of a message", () => {
  it("follows its data coding", () => {
    expect(decodeText(hex("00 1b65"), 0)).toBe("@€");
    expect(decodeText(Buffer.from("a@b_$ {x}"), 1)).toBe("a@b_$ {x}");
    expect(decodeText(hex("e7 61"), 3)).toBe("ça");
    expect(decodeText(hex("bf e0"), 6)).toBe("Пр");
    expect(decodeText(hex("00"), 0xf0)).toBe("@");
    expect(decodeText(hex("00"), 0xc8)).toBe("@");
    expect(decodeText(encodeUcs2("é"), 0xe0)).toBe("é");
    expect(decodeText(encodeUcs2("é"), 0x18)).toBe("é");
  });

  it("in UCS-2 keeps every UTF-16 unit, also halves of pairs that two parts share", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!text.startsWith("\ufeff"));
        expect(decodeText(encodeUcs2(text), 8)).toBe(text);
      }),
    );
    const halves = ["\ud83d", "\ude00"].map((half) => decodeText(encodeUcs2(half), 8));
    expect(halves.join("")).toBe("😀");
    expect(decodeText(hex("feff 0041"), 8)).toBe("A");
    expect(decodeText(hex("0041 00"), 8)).toBe("A");
  });

  it("is always some text, whatever the octets and the coding", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 160 }),
        fc.nat(255),
        fc.nat(255),
        (bytes, dataCoding, esmClass) => {
          const message = received({
            ...noMessage,
            dataCoding,
            esmClass,
            shortMessage: Buffer.from(bytes),
          });
          expect(typeof textOf(message)).toBe("string");
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it("may be in message_payload", () => {
    const tlvs = tlvBytes({ tag: TAG.messagePayload, value: Buffer.from("long") });
    expect(textOf(received({ ...noMessage, tlvs }))).toBe("long");
    expect(textOf(received({ ...noMessage, shortMessage: Buffer.from("short"), tlvs }))).toBe("short");
  });
});

describe("a part of a long text", () => {
  it("is known by the header that we write", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.integer({ min: 1, max: 255 }), fc.nat(), (reference, total, place) => {
        const index = 1 + (place % total);
        const header = concatenationHeader(reference, total, index);
        const { concatenation, body } = userDataOf(part(Buffer.concat([header, Buffer.from("part")])));
        expect(concatenation).toEqual({ kind: "udh8", reference, total, index });
        expect(body.toString()).toBe("part");
      }),
    );
    expect(concatenationHeader(5, 2, 1)).toEqual(hex("05 00 03 05 02 01"));
  });

  it("may have a 16-bit reference, other elements before it, or TLVs instead of a header", () => {
    const sixteen = part(hex("06 08 04 0102 03 02 41"));
    expect(userDataOf(sixteen)).toMatchObject({
      concatenation: { kind: "udh16", reference: 258, total: 3, index: 2 },
    });
    const ported = part(hex("0b 05 04 1234 5678 00 03 07 02 01 41"));
    expect(userDataOf(ported)).toMatchObject({
      concatenation: { kind: "udh8", reference: 7, total: 2, index: 1 },
    });
    expect(textOf(ported)).toBe("A");
    for (const reference of [[7], [0, 7]]) {
      const tlvs = tlvBytes(
        byte(TAG.sarReference, ...reference),
        byte(TAG.sarTotal, 3),
        byte(TAG.sarSequence, 2),
      );
      expect(userDataOf(received({ ...noMessage, tlvs })).concatenation).toEqual({
        kind: "sar",
        reference: 7,
        total: 3,
        index: 2,
      });
    }
  });

  it("loses none of its text when its header makes no sense", () => {
    for (const header of ["ff 00 03", "50"]) {
      expect(textOf(part(Buffer.concat([hex(header), Buffer.from("whole")])))).toContain("whole");
    }
    for (const header of ["05 00 03 01 02 00", "05 00 03 01 02 03", "05 00 09 01 02 01", "02 00 03", "00"]) {
      const message = part(Buffer.concat([hex(header), Buffer.from("whole")]));
      expect(userDataOf(message).concatenation).toBeNull();
      expect(textOf(message)).toBe("whole");
    }
    expect(textOf(part(Buffer.alloc(0)))).toBe("");
  });
});
