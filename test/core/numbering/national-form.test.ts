import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { NATIONAL_DIGITS_MIN, writtenFormsOf } from "#core/domain/numbering/national-form.ts";
import { PLANS } from "#core/domain/numbering/plans.ts";
import { RENUMBERINGS } from "#core/domain/numbering/renumberings.ts";
import { msisdnArbitrary } from "#test/support/arbitraries.ts";
import { KNOWN_PLANS } from "./known-plans.ts";

const formsOf = (number: string) => writtenFormsOf(number as Msisdn);

describe("the forms in which a person writes a number", () => {
  test("are international, national, and national with trunk prefix, in every country", () => {
    for (const { callingCode, exampleMobile } of KNOWN_PLANS) {
      if (exampleMobile === null || !isMsisdn(callingCode + exampleMobile)) continue;
      const { forms, national } = formsOf(callingCode + exampleMobile);
      expect(forms).toContain(callingCode + national);
      if (national.length < NATIONAL_DIGITS_MIN) continue;
      expect(forms).toContain(exampleMobile);
      for (const prefix of PLANS.get(callingCode)?.trunkPrefixes ?? [])
        expect(forms).toContain(prefix + national);
    }
  });

  test("are the same for every spelling of a handset, longest first, never short and never twice", () => {
    fc.assert(
      fc.property(msisdnArbitrary, (number) => {
        const { forms, callingCode, national } = writtenFormsOf(number);
        expect(writtenFormsOf(handsetOf(number)).forms).toEqual(forms);
        expect(callingCode + national).toBe(handsetOf(number));
        expect(new Set(forms).size).toBe(forms.length);
        expect(forms.every((form) => form.length >= NATIONAL_DIGITS_MIN && /^\d+$/.test(form))).toBe(true);
        expect(forms.map((form) => form.length)).toEqual(
          forms.map((form) => form.length).sort((a, b) => b - a),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test("include those that renumbering has superseded, which people still write", () => {
    for (const { callingCode, example, otherwise } of [...RENUMBERINGS.values()].flat()) {
      const { forms } = formsOf(callingCode + example[1]);
      for (const to of otherwise?.to ?? []) expect(forms).toContain(example[1].replace(otherwise!.from, to));
    }
  });

  test.each([
    ["4520000001", "20000001"],
    ["4740000001", "40000001"],
    ["6580000001", "80000001"],
    ["85250000001", "50000001"],
    ["3546000001", "6000001"],
    ["298211234", "211234"],
    ["50051234", "51234"],
  ])("end where the national number ends, and do not reach into the calling code: %s", (number, national) => {
    expect(formsOf(number).forms).toEqual([number, national]);
  });

  test.each([
    ["447700900001", ["447700900001", "07700900001", "7700900001"]],
    ["36301234567", ["36301234567", "06301234567", "301234567"]],
    ["79161234567", ["79161234567", "89161234567", "9161234567"]],
    ["390600000001", ["390600000001", "0600000001"]],
    ["2290197000001", ["2290197000001", "22997000001", "0197000001", "97000001"]],
  ])("of %s are few and plain", (number, forms) => {
    expect(formsOf(number).forms).toEqual(forms);
  });

  test("are only international where the national number is as short as a year", () => {
    expect(formsOf("6834000".padEnd(7, "0")).forms).toEqual(["6834000"]);
  });

  test("have a local one where mobiles have area codes", () => {
    expect(formsOf("12025550101").local).toBe("5550101");
    expect(formsOf("5511987654321").local).toBe("987654321");
    expect(formsOf("447700900001").local).toBeNull();
  });
});
