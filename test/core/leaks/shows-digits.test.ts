import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { showsDigits } from "#core/leaks/shows-digits.ts";
import { fictionalNumber, writingOf } from "./writings.ts";

const kim = ["4520000001", "20000001"];
const ann = ["447700900001", "07700900001", "7700900001"];

describe("a known number is seen in every way of writing", () => {
  test("whatever the digits look like and whatever stands between them", () => {
    const shown = fictionalNumber.chain(({ digits }) => fc.tuple(fc.constant(digits), writingOf(digits)));
    fc.assert(
      fc.property(shown, ([digits, written]) => {
        expect(showsDigits(`Ring me: ${written}`, [digits])).toBe(true);
        expect(showsDigits(`(${written})`, [digits])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("also where a national number has only eight digits", () => {
    const shown = fc
      .tuple(fc.constantFrom("20000001", "40123456", "65871204"), fc.nat())
      .chain(([digits]) => fc.tuple(fc.constant(digits), writingOf(digits)));
    fc.assert(
      fc.property(shown, ([digits, written]) => {
        expect(showsDigits(`Kim: ${written}`, [digits])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    "Kim (20 00 00 01)",
    "Call Kim on 20000001",
    "Kim: 20-00-00-01",
    "Kim 2000-0001",
    "+45 20 00 00 01",
    "004520000001",
    "20.00.00.01",
    "Kim20000001",
    "tel:20000001",
    "number 20 00 00 01",
    "two zero zero zero zero zero zero one",
    "twenty zero zero zero zero zero one",
    "2OOOOOO1",
    "２０００００01",
    "(20)(00)(00)(01)",
  ])("%s", (text) => {
    expect(showsDigits(text, kim)).toBe(true);
  });

  test.each([
    "07700 900001",
    "0044 (0) 7700 900 001",
    "07700 (nine hundred) 001",
    "Ann 07700, then 900, then 001",
    "oh double seven double oh nine double oh double oh one",
    "O77OO 9OOOO1",
    "https://wa.me/447700900001",
    "x07700900001x",
  ])("%s", (text) => {
    expect(showsDigits(text, ann)).toBe(true);
  });
});

describe("other numbers stay free", () => {
  test.each([
    "Order 20000",
    "Order 9920000001",
    "Order 200000017",
    "20,000,001 kr in all",
    "£20.00 at 00:01",
    "from 20:00 to 00:01",
    "20 bags, and 000 left of 001",
    "Kim 20000002",
    "Reply to this SMS to talk to Kim",
    "",
  ])("%s", (text) => {
    expect(showsDigits(text, kim)).toBe(false);
  });

  test("short numbers never make a known number together", () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 99_999 }), { maxLength: 6 });
    fc.assert(
      fc.property(numbers, (each) => {
        expect(showsDigits(each.map((number) => `item no ${number} is here`).join(" and "), kim)).toBe(false);
      }),
    );
  });

  test("nothing is seen where there is nothing to look for", () => {
    expect(showsDigits("07700 900001", [])).toBe(false);
    expect(showsDigits("07700 900001", [""])).toBe(false);
  });
});
