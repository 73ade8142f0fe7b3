import fc from "fast-check";
import { expect, test } from "vitest";
import { digitsToKeep } from "#core/leaks/digits-to-keep.ts";
import { findLeaks } from "#core/leaks/find-leaks.ts";

const options = { callingCodes: ["44"] };

test("a number in pieces is seen although only the digits of the first ones are kept", () => {
  const pieces = fc.record({
    rest: fc.integer({ min: 100, max: 999 }),
    cut: fc.integer({ min: 2, max: 8 }),
    before: fc.constantFrom("", "it is ", "first bit "),
    after: fc.constantFrom("", " ok?", " wait"),
  });
  fc.assert(
    fc.property(pieces, ({ rest, cut, before, after }) => {
      const digits = `07700900${rest}`;
      const first = digitsToKeep(`${before}${digits.slice(0, cut)}${after}`);
      const findings = findLeaks([first, digits.slice(cut)], options);
      expect(findings.filter(({ source }) => source === 1).map(({ kind }) => kind)).toEqual(["phone"]);
    }),
  );
});

test.each([
  ["first bit 07700", "w 07700"],
  ["oh double seven, double oh", "0 77 00"],
  ["call me on 077 and then 00", "call w 077 00"],
  ["see you at 7:30 then", ""],
  ["meet me by the blue door", ""],
  ["£70?", ""],
])("of %j is kept %j", (text, kept) => {
  expect(digitsToKeep(text)).toBe(kept);
});
