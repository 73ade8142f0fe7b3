import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinParts, MISSING_MARK, PARTS_MAX } from "#core/domain/concatenation.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import { smsTextArbitrary } from "#test/support/arbitraries.ts";

/** A text and its parts as careless phones cut them: at any UTF-16 code unit, through pairs and graphemes. */
const cutTextArbitrary = fc
  .tuple(smsTextArbitrary, fc.integer({ min: 1, max: 67 }))
  .filter(([text]) => text !== "")
  .map(([text, size]) => {
    const total = Math.min(PARTS_MAX, Math.ceil(text.length / size));
    const parts = Array.from({ length: total }, (_, at) => ({
      index: at + 1,
      text: text.slice(at * size, at === total - 1 ? undefined : (at + 1) * size),
    }));
    return { text, parts };
  });

const cutAndChosenArbitrary = cutTextArbitrary.chain(({ text, parts }) =>
  fc.record({ text: fc.constant(text), parts: fc.constant(parts), chosen: fc.subarray(parts) }),
);

describe("a long message", () => {
  test("is its text again, whatever the order its parts come in and however they were cut", () => {
    const shuffled = cutTextArbitrary.chain(({ text, parts }) =>
      fc.tuple(fc.constant(text), fc.shuffledSubarray(parts, { minLength: parts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([text, parts]) => {
        expect(joinParts(parts, parts.length)).toEqual({ complete: true, text });
      }),
    );
  });

  test("does not change when parts come twice, even with other words", () => {
    fc.assert(
      fc.property(cutAndChosenArbitrary, fc.string(), ({ text, parts, chosen }, other) => {
        const repeated = [...parts, ...chosen.map(({ index }) => ({ index, text: other }))];
        expect(joinParts(repeated, parts.length)).toEqual({ complete: true, text });
      }),
    );
  });

  test("does not change by parts that cannot be its own", () => {
    const stray = fc.oneof(fc.integer({ min: -10, max: 0 }), fc.integer({ min: 256, max: 70_000 }));
    fc.assert(
      fc.property(cutTextArbitrary, fc.array(stray), ({ text, parts }, strays) => {
        const all = [...strays.map((index) => ({ index, text: "stray" })), ...parts];
        expect(joinParts(all, parts.length)).toEqual({ complete: true, text });
      }),
    );
  });

  test("is complete exactly when every part is there", () => {
    fc.assert(
      fc.property(cutAndChosenArbitrary, ({ parts, chosen }) => {
        expect(joinParts(chosen, parts.length).complete).toBe(chosen.length === parts.length);
      }),
    );
  });

  test("with parts missing shows all that came, one mark for each stretch that did not, and can be stored", () => {
    fc.assert(
      fc.property(cutAndChosenArbitrary, ({ parts, chosen }) => {
        const came = new Set(chosen.map(({ index }) => index));
        const expected = parts
          .map(({ index, text }) =>
            came.has(index) ? text : index === 1 || came.has(index - 1) ? MISSING_MARK : "",
          )
          .join("");
        const joined = joinParts(chosen, parts.length);
        expect(joined.text).toBe(expected.toWellFormed());
        expect(joined.text.isWellFormed()).toBe(true);
      }),
    );
  });

  test("that we cut ourselves comes back as it was", () => {
    fc.assert(
      fc.property(smsTextArbitrary, (text) => {
        const parts = segmentsOf(text).map((segment, at) => ({ index: at + 1, text: segment }));
        expect(joinParts(parts.toReversed(), parts.length)).toEqual({ complete: true, text });
      }),
    );
  });

  test("reads as expected", () => {
    const parts = [
      { index: 4, text: "at six" },
      { index: 1, text: "Meet me " },
    ];
    expect(joinParts(parts, 4)).toEqual({ complete: false, text: "Meet me […]at six" });
    expect(joinParts([], 3)).toEqual({ complete: false, text: "[…]" });
    expect(
      joinParts(
        [
          { index: 2, text: "\ude42!" },
          { index: 1, text: "Hi \ud83d" },
        ],
        2,
      ).text,
    ).toBe("Hi 🙂!");
    expect(joinParts([{ index: 1, text: "Hi \ud83d" }], 2).text).toBe("Hi \ufffd[…]");
  });
});
