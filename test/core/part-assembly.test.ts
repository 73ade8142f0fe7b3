import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinParts } from "#core/domain/concatenation.ts";
import {
  type ArrivedPart,
  assembleParts,
  isRipe,
  type PartialText,
  UNCERTAIN_PART_MS,
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
  isJoined: false,
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
      isJoined: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 30 }), (parts) => {
        const texts = assembleParts(parts, WITHIN_MS);
        const waiting = parts.filter(({ isJoined }) => !isJoined);
        expect(new Set(texts.flatMap((text) => text.parts))).toEqual(new Set(waiting));
        expect(texts.flatMap((text) => text.parts)).toHaveLength(waiting.length);
        for (const text of texts) {
          const words = new Map<number, string>();
          for (const each of text.parts) {
            expect(words.get(each.index) ?? each.text).toBe(each.text);
            words.set(each.index, each.text);
            expect(Math.abs(each.receivedAt - text.parts[0]!.receivedAt)).toBeLessThan(WITHIN_MS);
          }
          expect(text.isComplete && words.size < 3).toBe(false);
          expect(text.parts.some(({ isJoined }) => isJoined)).toBe(false);
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
        expect(torn).toMatchObject({ parts: lost, isComplete: false, isRepetition: false });
        expect(complete).toMatchObject({ parts: whole, isComplete: true, isRepetition: false });
      }),
    );
  });

  test("that are repeated before and after a new part are two texts when they are too far apart", () => {
    const joined = { ...part(1, 3, 3, 0), isJoined: true };
    const early = part(1, 3, 3, 1);
    const fresh = part(2, 1, 3, WITHIN_MS);
    const late = part(1, 3, 3, 2 * WITHIN_MS - 1);
    expect(assembleParts([joined, early, fresh, late], WITHIN_MS)).toMatchObject([
      { parts: [fresh], isRepetition: false },
      { parts: [early], isRepetition: true },
      { parts: [late], isRepetition: true },
    ]);
  });

  test("that come when the time of an earlier text is over begin another one", () => {
    const [a1, b2] = [part(1, 1, 2, 0), part(2, 2, 2, WITHIN_MS)];
    expect(assembleParts([a1, b2], WITHIN_MS).map(({ parts }) => parts)).toEqual([[a1], [b2]]);
    const near = part(1, 2, 2, WITHIN_MS - 1);
    expect(assembleParts([a1, near], WITHIN_MS)).toMatchObject([{ parts: [a1, near], isComplete: true }]);
  });

  test("that are repeated say nothing new", () => {
    const parts = [part(1, 1, 2, 0), part(1, 1, 2, 5), part(1, 2, 2, 9)];
    const [text, ...others] = assembleParts(parts, WITHIN_MS);
    expect(others).toEqual([]);
    expect(joinedOf(text!)).toBe(wordsOf(1, 2));
  });
});

describe("a part that equals one that was joined shortly before", () => {
  const joined = (each: TypedPart): TypedPart => ({ ...each, isJoined: true });
  const before = [joined(part(1, 1, 2, 0)), joined(part(1, 2, 2, 1))];
  const wordsIn = (parts: readonly TypedPart[]) =>
    assembleParts(parts, WITHIN_MS).map((text) => ({
      parts: text.parts.map(({ typed, index }) => `${typed}.${index}`),
      ...{ isComplete: text.isComplete, isRepetition: text.isRepetition },
    }));

  test("is a repetition that says nothing new, unless it comes much later", () => {
    const again = { parts: ["1.2"], isComplete: false };
    expect(wordsIn([...before, part(1, 2, 2, 50)])).toEqual([{ ...again, isRepetition: true }]);
    expect(wordsIn([...before, part(1, 2, 2, WITHIN_MS + 1)])).toEqual([{ ...again, isRepetition: false }]);
  });

  test("never takes the place of another text's own part, in whatever order they come", () => {
    const orders = fc.shuffledSubarray([part(1, 2, 2, 50), part(2, 1, 2, 50), part(2, 2, 2, 50)], {
      minLength: 3,
    });
    fc.assert(
      fc.property(orders, (parts) => {
        const texts = wordsIn([...before, ...parts]);
        expect(texts).toContainEqual({ parts: ["1.2"], isComplete: false, isRepetition: true });
        expect(texts.filter(({ isComplete }) => isComplete).map(({ parts: own }) => own.toSorted())).toEqual([
          ["2.1", "2.2"],
        ]);
      }),
    );
  });

  test("does not fill the gap of an older text", () => {
    const torn = part(0, 1, 2, 0);
    expect(wordsIn([torn, ...before, part(1, 2, 2, 50)])).toEqual([
      { parts: ["0.1"], isComplete: false, isRepetition: false },
      { parts: ["1.2"], isComplete: false, isRepetition: true },
    ]);
  });

  test("does not go on with what is new of a text that stays torn, nor does it hasten that", () => {
    const late = part(2, 1, 3, WITHIN_MS - 10);
    const again = [joined(part(1, 3, 3, 0)), part(1, 3, 3, 5)];
    const [fresh, repeated, ...others] = assembleParts([...again, late], WITHIN_MS);
    expect(others).toEqual([]);
    expect(fresh).toMatchObject({ parts: [late], isRepetition: false });
    expect(repeated).toMatchObject({ parts: [again[1]], isRepetition: true });
    expect(isRipe(fresh!, WITHIN_MS, WITHIN_MS + 10)).toBe(false);
  });

  test("makes its text whole once more when all of it is said again", () => {
    const again = [part(1, 1, 2, 50), part(1, 2, 2, 51)];
    expect(wordsIn([...before, ...again])).toEqual([
      { parts: ["1.1", "1.2"], isComplete: true, isRepetition: false },
    ]);
  });

  test("may be part of a new text that begins alike, which then waits a moment for other words", () => {
    const alike = { ...part(1, 1, 2, 50), typed: 2 };
    const [text, ...others] = assembleParts([...before, alike, part(2, 2, 2, 51)], WITHIN_MS);
    expect(others).toEqual([]);
    expect(text).toMatchObject({ isComplete: false, isUncertain: true });
    expect(isRipe(text!, WITHIN_MS, 51 + UNCERTAIN_PART_MS)).toBe(false);
    expect(isRipe(text!, WITHIN_MS, 52 + UNCERTAIN_PART_MS)).toBe(true);
  });
});
