import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Birth, birthMarks } from "#adapters/postgres/birth-marks.ts";

const id = (number: number): string => String(number).padStart(4, "0");

/** What the database would have: lowered by the batches that must, raised by heartbeats, whenever those happen to arrive. */
const dispatcherOf = () => {
  const marks = birthMarks();
  const row: { mark: string | null } = { mark: null };
  return {
    row,
    begin: async (oldest: number): Promise<Birth> => {
      const birth = await marks.begin("me", id(oldest));
      if (birth.mustLower && (row.mark === null || id(oldest) < row.mark)) row.mark = id(oldest);
      return birth;
    },
    beat: (oldestInHand: number | null, arrives: Promise<void> = Promise.resolve()) =>
      marks.raise("me", oldestInHand === null ? null : id(oldestInHand), async (mark) => {
        await arrives;
        row.mark = mark ?? row.mark;
      }),
  };
};

describe("the mark of a dispatcher", () => {
  test("is there as soon as something was born in its hand, and not before", async () => {
    const { row, begin, beat } = dispatcherOf();
    await beat(null);
    expect(row.mark).toBeNull();
    (await begin(5)).end(true);
    expect(row.mark).toBe(id(5));
  });

  test("does not rise above a batch that is being written", async () => {
    const { row, begin, beat } = dispatcherOf();
    (await begin(1)).end(true);
    const writing = await begin(3);
    await beat(9);
    expect(row.mark).toBe(id(3));
    writing.end(true);
    await beat(9);
    expect(row.mark).toBe(id(9));
  });

  test("is lowered by a batch that is older, also while a heartbeat that raises it is on its way", async () => {
    const { row, begin, beat } = dispatcherOf();
    (await begin(1)).end(true);
    const { promise, resolve } = Promise.withResolvers<void>();
    const beating = beat(8, promise);
    const late = begin(4);
    resolve();
    await beating;
    (await late).end(true);
    expect(row.mark).toBe(id(4));
  });

  test("never lies above anything that is in hand, whatever is born and ends in whatever order", async () => {
    const step = fc.record({
      born: fc.integer({ min: 1, max: 99 }),
      beats: fc.boolean(),
      ends: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { row, begin, beat } = dispatcherOf();
        const inHand: number[] = [];
        for (const { born, beats, ends } of steps) {
          const birth = await begin(born);
          if (beats) await beat(inHand.length === 0 ? null : Math.min(...inHand));
          birth.end(true);
          inHand.push(born);
          if (ends) inHand.shift();
          if (inHand.length > 0) expect(row.mark! <= id(Math.min(...inHand))).toBe(true);
        }
      }),
    );
  });
});
