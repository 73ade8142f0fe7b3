import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { writtenFormsOf } from "#core/domain/numbering/national-form.ts";
import { showsNumber, showsNumberToNeighbour } from "#core/domain/shown-number.ts";

/** Numbers of plans of every length, mobiles with an area code, and such as were written otherwise some years ago. */
const NUMBERS = [
  ...["4520000001", "4740000001", "6580000001", "85250000001", "3546000001", "35799000001"],
  ...["447700900001", "33612345678", "34698765432", "491710000001", "390600000001", "12025550101"],
  ...["5511987654321", "525500000001", "2290197000001", "5491150000001", "37060000001", "97250000001"],
] as Msisdn[];

/** One of the ways in which people write digits. */
const writtenArbitrary = (digits: string): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom("", "", " ", "-", ".", "\u00a0", "/"), {
      minLength: digits.length,
      maxLength: digits.length,
    })
    .map((gaps) => [...digits].map((digit, at) => (at === 0 ? "" : gaps[at]) + digit).join(""));

const shownArbitrary = fc
  .constantFrom(...NUMBERS)
  .chain((number) => fc.tuple(fc.constant(number), fc.constantFrom(...writtenFormsOf(number).forms)))
  .chain(([number, form]) => fc.tuple(fc.constant(number), writtenArbitrary(form)));

const wordsArbitrary = fc.constantFrom("", "Kim", "Call Kim on", "Kim (", "☎️", "Mein Taxi:");

describe("a number in a text", () => {
  test("is seen in every form and grouping, in every plan", () => {
    fc.assert(
      fc.property(shownArbitrary, wordsArbitrary, ([number, written], words) => {
        expect(showsNumber(`${words} ${written}`, number)).toBe(true);
        expect(showsNumberToNeighbour(`${written}, ${words}`, number)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("is not seen where there is another", () => {
    const pair = fc.uniqueArray(fc.constantFrom(...NUMBERS), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(pair, wordsArbitrary, ([number, other], words) => {
        expect(showsNumberToNeighbour(`${words} +${other}`, number!)).toBe(false);
      }),
    );
  });

  test.each([
    "Order 20000",
    "Order 4520",
    "Order 9920000001",
    "20,000,001 kr in all",
    "£20.00 at 00:01",
    "Reply to this SMS to talk to Kim",
    "Kim, flat 20, floor 1",
  ])("is not what a price or an order number is: %s", (text) => {
    expect(showsNumber(text, "4520000001" as Msisdn)).toBe(false);
  });

  test("is seen without its area code only in what is said of one person to another", () => {
    const number = "12025550101" as Msisdn;
    expect(showsNumberToNeighbour("Kim 555-0101", number)).toBe(true);
    expect(showsNumber("Your order 555-0101 is here", number)).toBe(false);
    expect(showsNumberToNeighbour("Kim 5550102", number)).toBe(false);
  });
});
