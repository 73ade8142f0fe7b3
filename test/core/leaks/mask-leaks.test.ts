import fc from "fast-check";
import { expect, test } from "vitest";
import { findLeaks } from "#core/leaks/find-leaks.ts";
import { MASK, maskLeaks } from "#core/leaks/mask-leaks.ts";
import { showsDigits } from "#core/leaks/shows-digits.ts";
import { anyText, fictionalNumber, writingOf } from "./writings.ts";

const options = { callingCodes: ["44", "1", "33", "49"] };
const masked = (text: string): string => maskLeaks(text, findLeaks([text], options));

test("a masked number can no longer be read", () => {
  const shown = fictionalNumber.chain(({ digits }) => fc.tuple(fc.constant(digits), writingOf(digits)));
  fc.assert(
    fc.property(shown, ([digits, written]) => {
      const text = masked(`my number is ${written}`);
      expect(text).toContain(MASK);
      expect(showsDigits(text, [digits])).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("masking a masked text changes nothing", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const once = masked(text);
      expect(masked(once)).toBe(once);
    }),
    { numRuns: 1_000 },
  );
});

test("a text without a finding stays as it is", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      if (findLeaks([text], options).length === 0) expect(masked(text)).toBe(text);
      expect(maskLeaks(text, [])).toBe(text);
    }),
  );
});

test.each([
  ["Call 07700 900123 when you're outside", `Call ${MASK} when you're outside`],
  ["or +44 (0)7700 900123.", `or ${MASK}.`],
  ["0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣!", `${MASK}!`],
  ["mail ann.smith@example.com, please", `mail ${MASK}, please`],
  ["see https://example.com/rooms?x=1.", `see ${MASK}.`],
  ["insta: example.ann", `insta: ${MASK}`],
  // A number within a number: what is left would be read as one.
  ["077 (07700900123) 00 900 456", MASK],
])("%s", (text, expected) => {
  expect(masked(text)).toBe(expected);
});

test("spans that overlap get one mask", () => {
  const spans = [
    { start: 4, end: 8 },
    { start: 0, end: 6 },
  ];
  expect(maskLeaks("0123456789", spans)).toBe(`${MASK}89`);
});
