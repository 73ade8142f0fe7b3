import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { libphonenumberInsight } from "#adapters/libphonenumber/number-insight.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { msisdnArbitrary } from "#test/support/arbitraries.ts";

const lookup = (number: string, country: string | null = null) =>
  libphonenumberInsight().lookup(number as Msisdn, country);

describe("A number looked up offline", () => {
  test("is never changed, and never repeated in what is wrong with it", async () => {
    await fc.assert(
      fc.asyncProperty(msisdnArbitrary, fc.constantFrom(null, "GB", "US"), async (number, hint) => {
        const found = await lookup(number, hint);
        if (found.kind === "valid") {
          expect(found.number).toBe(number);
          expect(number.startsWith(found.callingCode)).toBe(true);
          expect(found.country).toMatch(/^[A-Z]{2}$/);
        } else expect(found.detail).not.toContain(number);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["447911234567", "GB", "44"],
    ["14155552671", "US", "1"],
    ["14165550123", "CA", "1"],
    ["33612345678", "FR", "33"],
    ["4915112345678", "DE", "49"],
    ["393331234567", "IT", "39"],
  ])("%s belongs to %s", async (number, country, callingCode) => {
    expect(await lookup(number)).toEqual({ kind: "valid", number, country, callingCode });
  });

  test.each([
    ["447700900000", "GB"],
    ["447700900999", "GB"],
    ["12125550100", "US"],
    ["15555550199", "US"],
  ])("%s is taken although it is set apart for examples and fiction", async (number, country) => {
    expect(await lookup(number)).toMatchObject({ kind: "valid", country });
  });

  test.each([
    "999123456789",
    "4477009",
    "4477009001234",
    "15550100",
    "33612345",
    "80012345678",
    "883510012345",
  ])("%s is not a person's", async (number) => {
    expect((await lookup(number)).kind).toBe("invalid");
  });

  test("takes the hint where countries cannot be told apart, and only there", async () => {
    expect(await lookup("447700900123", "JE")).toMatchObject({ country: "JE" });
    expect(await lookup("447700900123", "FR")).toMatchObject({ country: "GB" });
    expect(await lookup("33612345678", "GB")).toMatchObject({ country: "FR" });
  });
});
