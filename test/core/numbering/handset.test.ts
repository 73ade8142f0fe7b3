import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { callingCodeOf } from "#core/domain/numbering/calling-code.ts";
import { handsetOf, sameHandset } from "#core/domain/numbering/handset.ts";
import { PLANS } from "#core/domain/numbering/plans.ts";
import { RENUMBERINGS } from "#core/domain/numbering/renumberings.ts";
import { msisdnArbitrary } from "#test/support/arbitraries.ts";
import { KNOWN_PLANS } from "./known-plans.ts";

const read = (written: string): string => handsetOf(written as Msisdn);

/** Superseded forms that libphonenumber has not struck out: Gabon before 2019, Brazil's trunked radio. */
const STILL_LISTED: Readonly<Record<string, RegExp>> = {
  GA: /^(?:[2-7]\d{6}|0[1-7]\d{6})$/,
  BR: /^\d\d7\d{7}$/,
};

const rows = [...RENUMBERINGS.values()].flat();

describe("the canonical form of a handset's number", () => {
  test("is the number itself for every number in use in the world, so that no two handsets meet", () => {
    for (const { country, callingCode, handsets } of KNOWN_PLANS)
      for (const national of handsets)
        fc.assert(
          fc.property(
            national.filter((digits) => isMsisdn(callingCode + digits)),
            (digits) => {
              if (STILL_LISTED[country]?.test(digits)) return;
              expect(read(callingCode + digits)).toBe(callingCode + digits);
            },
          ),
          { numRuns: 15 },
        );
  });

  test("is a number of the same plan, and its own canonical form, whatever digits it is made of", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 4, maxLength: 12 });
    const inPlan = fc
      .tuple(
        fc.constantFrom(...PLANS.keys()),
        fc.constantFrom("", "0", "00", "1", "8", "80", "9", "15"),
        digits,
      )
      .map((parts) => parts.join("").slice(0, 15))
      .filter(isMsisdn);
    fc.assert(
      fc.property(fc.oneof(inPlan, msisdnArbitrary), (number) => {
        const handset = handsetOf(number);
        expect(isMsisdn(handset)).toBe(true);
        expect(callingCodeOf(handset)).toBe(callingCodeOf(number));
        expect(handsetOf(handset)).toBe(handset);
      }),
      { numRuns: 5_000 },
    );
  });

  test("is the same with the trunk prefix after the calling code, in every country that has one", () => {
    const lastDigits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 3, maxLength: 3 });
    for (const { country, callingCode, trunkPrefix, exampleMobile } of KNOWN_PLANS) {
      if (trunkPrefix === null || exampleMobile === null) continue;
      // Belarus dials 8, waits for a tone, then dials 0: people write 80.
      const prefix = country === "BY" ? "80" : trunkPrefix;
      fc.assert(
        fc.property(lastDigits, (digits) => {
          const national = exampleMobile.slice(0, -3) + digits;
          expect(read(callingCode + prefix + national)).toBe(callingCode + national);
        }),
        { numRuns: 5 },
      );
    }
  });

  test("takes a 0 for a trunk prefix at any length only where no number of any kind begins with a single 0", () => {
    for (const { callingCode, anyNumber } of KNOWN_PLANS) {
      if (PLANS.get(callingCode)?.trunkNeverLeads !== true) continue;
      fc.assert(
        fc.property(anyNumber, (digits) => {
          expect(digits).not.toMatch(/^0[1-9]/);
        }),
        { numRuns: 40 },
      );
    }
  });

  test.each([
    ["4407700900051", "447700900051"],
    ["610491570006", "61491570006"],
    ["4901710000001", "491710000001"],
    ["3530870000001", "353870000001"],
    ["112025550101", "12025550101"],
    ["789161234567", "79161234567"],
    ["3606301234567", "36301234567"],
    ["37580291234567", "375291234567"],
    ["3750291234567", "375291234567"],
    ["370861234567", "37061234567"],
    ["370061234567", "37061234567"],
    ["2500781234567", "250781234567"],
    ["9928917123456", "992917123456"],
    ["993866123456", "99366123456"],
    ["9988901234567", "998901234567"],
    ["69212350001", "6922350001"],
  ])("leaves the trunk prefix out of %s", (written, handset) => {
    expect(read(written)).toBe(handset);
  });

  test.each([
    ["Italy, fixed", "390600000001"],
    ["Italy, mobile", "393120000001"],
    ["Vatican", "390669800001"],
    ["San Marino, fixed", "3780549800001"],
    ["Benin", "2290197000001"],
    ["Ivory Coast", "2250102000001"],
    ["Congo", "242060000001"],
    ["Burkina Faso", "22601000001"],
    ["Niger", "22708000001"],
    ["Tajikistan", "992001234567"],
    ["Rwanda, fixed", "25006000001"],
    ["Russia, freephone", "78001234567"],
    ["India, freephone from abroad", "910008001234567"],
  ])("keeps the digits that belong to the number: %s", (_, number) => {
    expect(read(number)).toBe(number);
  });

  test.each([
    "447700900123",
    "61491570006",
    "491710000001",
    "33639980001",
    "353870000001",
    "12025550101",
    "525500000001",
    "2290197000001",
    "4520000001",
    "4740000001",
    "6580000001",
    "85250000001",
    "3546000001",
  ])("is the number itself in the ranges for examples and fiction: %s", (number) => {
    expect(read(number)).toBe(number);
  });

  test("does not ask whether somebody has the number: an unassigned calling code stays as it is", () => {
    expect(read("2100123456")).toBe("2100123456");
    expect(read("8880012345678")).toBe("8880012345678");
  });
});

describe("forms that renumbering or a mobile mark has put beside the number", () => {
  test.each(rows.map((row) => [row.callingCode, ...row.example, row] as const))(
    "+%s: %s is %s, and so is every number of this form, which is no other form's",
    (callingCode, was, is, row) => {
      expect(read(callingCode + was)).toBe(callingCode + is);
      expect(read(callingCode + is)).toBe(callingCode + is);
      fc.assert(
        fc.property(fc.stringMatching(row.from), (other) => {
          const canonical = callingCode + other.replace(row.from, row.to);
          expect(read(callingCode + other)).toBe(canonical);
          expect(read(canonical)).toBe(canonical);
          const matching = rows.filter((each) => each.callingCode === callingCode && each.from.test(other));
          expect(matching).toEqual([row]);
        }),
        { numRuns: 20 },
      );
    },
  );

  test("can have the trunk prefix as well", () => {
    expect(read("8401630000001")).toBe("84330000001");
    expect(read("540111550000001")).toBe("5491150000001");
    expect(read("5501187654321")).toBe("5511987654321");
    expect(read("24105000001")).toBe("24165000001");
    expect(read("241065000001")).toBe("24165000001");
  });

  test("are left alone where the mark makes another number: an Argentine line without 9", () => {
    expect(sameHandset("541150000001" as Msisdn, "5491150000001" as Msisdn)).toBe(false);
  });

  test("are left alone where a fixed line has the digits: eight digits in Brazil that begin with 2 to 5", () => {
    expect(read("551130000001")).toBe("551130000001");
  });

  test.each(rows.map((row) => [row.callingCode, row.example[1], row] as const))(
    "+%s: each has a source, and goes back to the forms it came from (%s)",
    (callingCode, is, { otherwise, source }) => {
      expect(source.length).toBeGreaterThan(10);
      for (const to of otherwise?.to ?? []) {
        const other = is.replace(otherwise!.from, to);
        expect(other).not.toBe(is);
        // Ten digits in Argentina may be a fixed line, too: people write them, but they identify nobody.
        if (callingCode === "54" && other.length === 10) continue;
        expect(read(callingCode + other)).toBe(callingCode + is);
      }
    },
  );
});

describe("the table of numbering plans", () => {
  test("has every calling code of a country, with the lengths of its lines and mobiles", () => {
    const known = Map.groupBy(KNOWN_PLANS, ({ callingCode }) => callingCode);
    expect([...PLANS.keys()].sort()).toEqual([...known.keys()].sort());
    for (const [callingCode, countries] of known) {
      const lengths = countries.flatMap((country) => country.lengths);
      const plan = PLANS.get(callingCode)!;
      expect(callingCodeOf(`${callingCode}123456789`)).toBe(callingCode);
      expect([callingCode, plan.shortest]).toEqual([callingCode, Math.min(...lengths)]);
      expect([callingCode, plan.longest]).toEqual([
        callingCode,
        Math.min(Math.max(...lengths), 15 - callingCode.length),
      ]);
    }
  });

  test("has every trunk prefix that libphonenumber has", () => {
    for (const { country, callingCode, trunkPrefix } of KNOWN_PLANS) {
      const plan = PLANS.get(callingCode)!;
      if (trunkPrefix !== null && country !== "BY") expect(plan.trunkPrefixes).toContain(trunkPrefix);
    }
  });
});
