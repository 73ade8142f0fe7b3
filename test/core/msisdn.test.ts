import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMsisdn, isMsisdn, parseMsisdn } from "#core/domain/msisdn.ts";
import { msisdnArbitrary, writtenMsisdnArbitrary } from "#test/support/arbitraries.ts";

describe("a phone number", () => {
  test("is read the same however it is written", () => {
    fc.assert(
      fc.property(writtenMsisdnArbitrary, ({ msisdn, written }) => {
        expect(parseMsisdn(written)).toEqual({ ok: true, value: msisdn });
      }),
    );
  });

  test("goes out with a plus, and what goes out can be read back", () => {
    fc.assert(
      fc.property(msisdnArbitrary, (msisdn) => {
        expect(formatMsisdn(msisdn)).toBe(`+${msisdn}`);
        expect(parseMsisdn(formatMsisdn(msisdn))).toEqual({ ok: true, value: msisdn });
      }),
    );
  });

  test("off the wire is 7 to 15 digits without a leading zero, and nothing else", () => {
    const nearMiss = fc.string({ unit: fc.constantFrom(..."0123456789+ -a٣\n"), maxLength: 17 });
    fc.assert(
      fc.property(fc.oneof(msisdnArbitrary, nearMiss), (text) => {
        expect(isMsisdn(text)).toBe(/^[1-9][0-9]{6,14}$/.test(text) && !text.endsWith("\n"));
      }),
      { numRuns: 1_000 },
    );
  });

  test("that is none is refused in words that do not repeat it", () => {
    const typo = fc.string({ unit: fc.constantFrom(..."0123456789+()-. ax٣"), minLength: 4, maxLength: 70 });
    fc.assert(
      fc.property(typo, (text) => {
        const parsed = parseMsisdn(text);
        if (parsed.ok) expect(isMsisdn(parsed.value)).toBe(true);
        else expect(parsed.error).not.toMatch(/[0-9]{3}/);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    "+44 7700 900123",
    "447700900123",
    "(+44) 7700-900123",
    "+44 (7700) 900 123",
    " +44\u00a07700\u2011900123 ",
  ])("is understood as %j", (written) => {
    expect(parseMsisdn(written)).toEqual({ ok: true, value: "447700900123" });
  });

  test("keeps the 0 of (0), since it belongs to the number in some countries", () => {
    expect(parseMsisdn("+44 (0)7700 900123")).toEqual({ ok: true, value: "4407700900123" });
    expect(parseMsisdn("+39 (0)6 0000 0001")).toEqual({ ok: true, value: "390600000001" });
  });

  test.each([
    ["(0)7700 900123", "must start with a country code, not with 0"],
    ["07700 900123", "must start with a country code, not with 0"],
    ["0044 7700 900123", "must start with a country code, not with 0"],
    ["+447700", "must have 7 to 15 digits"],
    ["", "must have 7 to 15 digits"],
    [
      "++447700900123",
      "must consist of digits, with an optional + in front and spaces, dashes or brackets between",
    ],
    [
      "447700900123;DROP",
      "must consist of digits, with an optional + in front and spaces, dashes or brackets between",
    ],
    ["4".repeat(65), "must be at most 64 characters long"],
  ])("is refused as %j", (written, error) => {
    expect(parseMsisdn(written)).toEqual({ ok: false, error });
  });
});
