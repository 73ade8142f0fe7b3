import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeGsm, encodeGsm, isGsmText } from "#apps/simulator/text/gsm-alphabet.ts";
import { textParts } from "#apps/simulator/text/text-parts.ts";
import { decodeUcs2 } from "#apps/simulator/text/ucs2.ts";
import { concatenationHeader, splitUserData } from "#apps/simulator/text/user-data-header.ts";

const GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\f";
const gsmText = fc
  .array(fc.constantFrom(...GSM), { maxLength: 500 })
  .map((characters) => characters.join(""));
const anyText = fc.string({ unit: "grapheme", maxLength: 400, size: "max" });

describe("the default alphabet", () => {
  it("gives every text of its own back", () => {
    fc.assert(
      fc.property(gsmText, (text) => {
        expect(isGsmText(text)).toBe(true);
        expect(decodeGsm(encodeGsm(text))).toBe(text);
      }),
    );
  });

  it("has the codes of GSM 03.38", () => {
    expect(encodeGsm("@£_{€}à").toString("hex")).toBe("0001111b281b651b297f");
  });
});

describe("a text in parts", () => {
  it("is the same text again", () => {
    fc.assert(
      fc.property(fc.oneof(gsmText, anyText), (text) => {
        const parts = textParts(text);
        expect(parts.map((part) => part.text).join("")).toBe(text);
        const decode = parts[0]!.alphabet === "gsm" ? decodeGsm : decodeUcs2;
        expect(parts.map((part) => decode(part.octets)).join("")).toBe(text);
      }),
    );
  });

  it("never has a part that an SMS cannot carry", () => {
    fc.assert(
      fc.property(fc.oneof(gsmText, anyText), (text) => {
        const parts = textParts(text);
        for (const { octets, alphabet } of parts) {
          const limits = alphabet === "gsm" ? [160, 153] : [140, 134];
          expect(octets.length).toBeLessThanOrEqual(limits[parts.length === 1 ? 0 : 1]!);
        }
      }),
    );
  });

  it.each([
    ["a".repeat(160), 1],
    ["a".repeat(161), 2],
    ["a".repeat(306), 2],
    ["a".repeat(307), 3],
    ["€".repeat(80), 1],
    ["€".repeat(81), 2],
    ["ж".repeat(70), 1],
    ["ж".repeat(71), 2],
    ["ж".repeat(135), 3],
  ])("of %# counts as many as the carrier bills", (text, count) => {
    expect(textParts(text)).toHaveLength(count);
  });
});

describe("a user data header", () => {
  it("tells which part it is, in both widths of reference", () => {
    const narrow = concatenationHeader({ reference: 5, total: 2, part: 1 });
    expect(narrow.toString("hex")).toBe("050003050201");
    const body = Buffer.from("part one");
    expect(splitUserData(Buffer.concat([narrow, body]))).toMatchObject({
      concatenation: { reference: 5, total: 2, part: 1 },
      body,
    });
    const wide = Buffer.from([0x06, 0x08, 0x04, 0x12, 0x34, 0x03, 0x02]);
    expect(splitUserData(Buffer.concat([wide, body]))?.concatenation).toEqual({
      reference: 0x1234,
      total: 3,
      part: 2,
    });
  });

  it("longer than its message, or with a part that cannot be, is none", () => {
    expect(splitUserData(Buffer.from([9, 0, 3]))).toBeUndefined();
    expect(splitUserData(Buffer.from([5, 0, 9, 1, 1, 1, 65]))).toBeUndefined();
    expect(splitUserData(Buffer.from([5, 0, 3, 1, 2, 3, 65]))).toBeUndefined();
    expect(splitUserData(Buffer.from([5, 0, 3, 1, 0, 0, 65]))).toBeUndefined();
  });

  it("of any octets never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 160 }), (octets) => {
        splitUserData(Buffer.from(octets));
      }),
    );
  });
});
