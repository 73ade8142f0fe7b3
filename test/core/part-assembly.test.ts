import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinParts } from "#core/domain/concatenation.ts";
import {
  type ArrivedPart,
  assembleParts,
  isRepetition,
  type PartialText,
} from "#core/domain/part-assembly.ts";

const WITHIN_MS = 60_000;

interface TypedPart extends ArrivedPart {
  /** The text that it was typed in. */
  readonly typed: number;
}

const part = (typed: number, index: number, total: number, receivedAt: number): TypedPart => ({
  typed,
  index,
  total,
  text: `text ${typed}, part ${index}. `,
  receivedAt,
});

const wordsOf = (typed: number, total: number): string =>
  Array.from({ length: total }, (_, i) => part(typed, i + 1, total, 0).text).join("");

const joinedOf = ({ parts }: PartialText<TypedPart>): string => joinParts(parts, parts[0]!.total).text;

/** Texts of one handset that never counts: each sent whole or with holes, parts in any order, some repeated, one text after another. */
const textsArbitrary = fc.integer({ min: 2, max: 5 }).chain((total) =>
  fc
    .array(
      fc.record({
        indexes: fc.shuffledSubarray(
          Array.from({ length: total }, (_, i) => i + 1),
          { minLength: 1 },
        ),
        repeated: fc.nat({ max: 3 }),
        pauseMs: fc.constantFrom(0, 1_000, 30_000),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((texts) => {
      let at = 0;
      return texts.map(({ indexes, repeated, pauseMs }, typed) => {
        at += pauseMs;
        const again = indexes.slice(0, repeated);
        return [...indexes, ...again].map((index) => part(typed, index, total, at++));
      });
    }),
);

describe("parts of one pair, reference and total", () => {
  test("are each in exactly one text, in the order in which they came", () => {
    fc.assert(
      fc.property(textsArbitrary, (typed) => {
        const parts = typed.flat();
        const texts = assembleParts(parts, WITHIN_MS);
        const all = texts.flatMap((text) => text.parts);
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBe(parts.length);
        for (const text of texts) {
          expect(text.parts).toEqual(text.parts.toSorted((a, b) => a.receivedAt - b.receivedAt));
        }
      }),
    );
  });

  test("never have two words for one place, whatever comes", () => {
    const anyPart = fc.record({
      index: fc.integer({ min: 1, max: 3 }),
      total: fc.constant(3),
      text: fc.constantFrom("a", "b", "c"),
      receivedAt: fc.nat({ max: 3 * WITHIN_MS }),
    });
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 30 }), (parts) => {
        for (const text of assembleParts(parts, WITHIN_MS)) {
          const words = new Map<number, string>();
          for (const each of text.parts) {
            expect(words.get(each.index) ?? each.text).toBe(each.text);
            words.set(each.index, each.text);
            expect(Math.abs(each.receivedAt - text.parts[0]!.receivedAt)).toBeLessThan(WITHIN_MS);
          }
          expect(text.isComplete).toBe(words.size === 3);
        }
      }),
    );
  });

  test("are their text again when it was sent whole after one that lost parts, and its first part says that it is another", () => {
    const lossArbitrary = fc.integer({ min: 2, max: 5 }).chain((total) =>
      fc.record({
        total: fc.constant(total),
        kept: fc.shuffledSubarray(
          Array.from({ length: total }, (_, i) => i + 1),
          { minLength: 1, maxLength: total - 1 },
        ),
      }),
    );
    fc.assert(
      fc.property(lossArbitrary, ({ total, kept }) => {
        const lost = kept.map((index, i) => part(1, index, total, i));
        // An index that the first text has comes first; the others could be its own.
        const order = [kept[0]!, ...Array.from({ length: total }, (_, i) => i + 1)];
        const whole = [...new Set(order)].map((index, i) => part(2, index, total, 1_000 + i));
        const [torn, complete, ...others] = assembleParts([...lost, ...whole], WITHIN_MS);
        expect(others).toEqual([]);
        expect(torn).toEqual({ parts: lost, isComplete: false });
        expect(complete).toEqual({ parts: whole, isComplete: true });
      }),
    );
  });

  test("that come when the time of an earlier text is over begin another one", () => {
    const [a1, b2] = [part(1, 1, 2, 0), part(2, 2, 2, WITHIN_MS)];
    expect(assembleParts([a1, b2], WITHIN_MS).map(({ parts }) => parts)).toEqual([[a1], [b2]]);
    const near = part(1, 2, 2, WITHIN_MS - 1);
    expect(assembleParts([a1, near], WITHIN_MS)).toEqual([{ parts: [a1, near], isComplete: true }]);
  });

  test("that are repeated say nothing new", () => {
    const parts = [part(1, 1, 2, 0), part(1, 1, 2, 5), part(1, 2, 2, 9)];
    const [text, ...others] = assembleParts(parts, WITHIN_MS);
    expect(others).toEqual([]);
    expect(joinedOf(text!)).toBe(wordsOf(1, 2));
  });
});

describe("a text that stays incomplete", () => {
  const textOf = (joinedAt: readonly (number | null)[], isComplete = false) => ({
    parts: joinedAt.map((at, i) => ({ ...part(1, i + 1, 3, 100_000), joinedAt: at })),
    isComplete,
  });

  test("is a repetition when each of its parts was joined shortly before", () => {
    expect(isRepetition(textOf([99_000]), WITHIN_MS)).toBe(true);
    expect(isRepetition(textOf([99_000, 60_000]), WITHIN_MS)).toBe(true);
    expect(isRepetition(textOf([99_000, null]), WITHIN_MS)).toBe(false);
    expect(isRepetition(textOf([100_000 - WITHIN_MS]), WITHIN_MS)).toBe(false);
  });

  test("and one that is whole is none: people say the same again", () => {
    expect(isRepetition(textOf([99_000, 99_000, 99_000], true), WITHIN_MS)).toBe(false);
  });
});
