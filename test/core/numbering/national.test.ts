import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { type TypeOfNumber, toInternational } from "#core/domain/numbering/national.ts";
import { PLANS } from "#core/domain/numbering/plans.ts";
import { msisdnArbitrary } from "#test/support/arbitraries.ts";
import { KNOWN_PLANS } from "./known-plans.ts";

const types: readonly TypeOfNumber[] = ["international", "national", "unknown"];
const typeArbitrary = fc.constantFrom(...types);
const callingCodeArbitrary = fc.constantFrom(...PLANS.keys());

describe("a sender's address", () => {
  test("of national type is read in the country of the number that was texted, with and without trunk prefix", () => {
    for (const { callingCode, exampleMobile } of KNOWN_PLANS) {
      if (exampleMobile === null || !isMsisdn(callingCode + exampleMobile)) continue;
      const handset = handsetOf((callingCode + exampleMobile) as Msisdn);
      expect(toInternational(exampleMobile, "national", callingCode)).toBe(handset);
      for (const prefix of PLANS.get(callingCode)?.trunkPrefixes ?? [])
        expect(toInternational(prefix + exampleMobile, "national", callingCode)).toBe(handset);
    }
  });

  test("with 00 in front is international, whatever its type and wherever it was sent to", () => {
    fc.assert(
      fc.property(msisdnArbitrary, typeArbitrary, callingCodeArbitrary, (number, type, callingCode) => {
        // 001 1… towards Australia begins like its own international prefix, 0011.
        fc.pre(!(callingCode === "61" && number.startsWith("11")));
        expect(toInternational(`00${number}`, type, callingCode)).toBe(number);
        expect(toInternational(`00${number}`, type, null)).toBe(number);
        expect(toInternational(`+${number}`, type, callingCode)).toBe(number);
      }),
    );
  });

  test("of another type stays as it is, for it may be anybody's", () => {
    fc.assert(
      fc.property(
        msisdnArbitrary,
        fc.constantFrom<TypeOfNumber>("international", "unknown"),
        callingCodeArbitrary,
        (number, type, callingCode) => {
          expect(toInternational(number, type, callingCode)).toBe(number);
        },
      ),
    );
  });

  test("becomes a number of E.164 or none at all, whatever it is", () => {
    const address = fc.string({ unit: fc.constantFrom(..."0123456789+ a"), maxLength: 20 });
    const codes = fc.option(fc.oneof(callingCodeArbitrary, fc.string({ maxLength: 4 })), { nil: null });
    fc.assert(
      fc.property(address, typeArbitrary, codes, (written, type, callingCode) => {
        const number = toInternational(written, type, callingCode);
        expect(number === null || isMsisdn(number)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<[string, TypeOfNumber, string | null, string | null]>([
    ["07700900001", "national", "44", "447700900001"],
    ["7700900001", "national", "44", "447700900001"],
    ["00447700900001", "unknown", "44", "447700900001"],
    ["2025550101", "national", "1", "12025550101"],
    ["12025550101", "national", "1", "12025550101"],
    ["011447700900001", "unknown", "1", "447700900001"],
    ["0011447700900001", "national", "61", "447700900001"],
    ["0600000001", "national", "39", "390600000001"],
    ["1187654321", "national", "55", "5511987654321"],
    // Too long for a national number, and right as an international one of the same country.
    ["447700900001", "national", "44", "447700900001"],
    // Another country's international number that is said to be national: a guess.
    ["353870000001", "national", "44", null],
    ["07700900001", "unknown", "44", null],
    ["07700900001", "international", "44", null],
    ["0007700900001", "national", "44", null],
    ["7700900001", "unknown", "44", "7700900001"],
    ["60300", "national", "44", null],
    ["7700900001", "national", null, null],
    ["7700900001", "national", "210", null],
    ["InfoSMS", "unknown", "44", null],
    ["", "national", "44", null],
  ])("%j, %s, to +%s, is %s", (address, type, callingCode, number) => {
    expect(toInternational(address, type, callingCode)).toBe(number);
  });
});
