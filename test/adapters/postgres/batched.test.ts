import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StatementRefused } from "#adapters/postgres/failure.ts";
import { batched } from "#adapters/postgres/hot/batched.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

const BATCH_MAX = 3;

/** Doubles numbers, and remembers in which batches. `ask` may take as long as it likes. */
const doubling = (ask: (items: readonly number[]) => Promise<void>) => {
  const batches: (readonly number[])[] = [];
  const double = batched(BATCH_MAX, async (items: readonly number[]) => {
    batches.push(items);
    await ask(items);
    return items.map((item) => 2 * item);
  });
  return { double, batches };
};

/** So many turns of the loop. */
const pass = async (turns: number): Promise<void> => {
  for (let i = 0; i < turns; i += 1) await nextTurn();
};

describe("what is asked at the same time", () => {
  test("is answered each by its own answer, in batches that are small, in order and one after the other", async () => {
    const turns = fc.nat({ max: 4 });
    const burst = fc.record({ items: fc.array(fc.nat(), { maxLength: 5 }), pause: turns });
    await fc.assert(
      fc.asyncProperty(
        fc.array(burst, { maxLength: 6 }),
        fc.infiniteStream(turns),
        async (bursts, lasting) => {
          let underWay = 0;
          const { double, batches } = doubling(async () => {
            underWay += 1;
            expect(underWay).toBe(1);
            await pass(lasting.next().value);
            underWay -= 1;
          });
          const answers: Promise<number>[] = [];
          for (const { items, pause } of bursts) {
            answers.push(...items.map(double));
            await pass(pause);
          }
          const asked = bursts.flatMap(({ items }) => items);
          expect(await Promise.all(answers)).toEqual(asked.map((item) => 2 * item));
          expect(batches.flat()).toEqual(asked);
          for (const { length } of batches) expect(length).toBeLessThanOrEqual(BATCH_MAX);
        },
      ),
    );
  });

  test("shares a batch", async () => {
    const { double, batches } = doubling(async () => {});
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  test("is not refused because of one that the database refuses", async () => {
    const { double } = doubling(async (items) => {
      if (items.includes(2)) throw new StatementRefused("22P05", null);
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(double));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  });

  test("fails together when the database is lost, and what comes afterwards does not", async () => {
    let isLost = true;
    const { double, batches } = doubling(async () => {
      if (isLost) throw new StorageUnavailable("lost");
    });
    const outcomes = await Promise.allSettled([1, 2].map(double));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(batches).toHaveLength(1);
    isLost = false;
    expect(await double(3)).toBe(6);
  });

  test("is refused early when too much of it waits already", async () => {
    const { promise: never } = Promise.withResolvers<void>();
    const { double } = doubling(() => never);
    for (let i = 0; i < 10_000; i += 1) void double(i);
    await expect(double(0)).rejects.toBeInstanceOf(StorageUnavailable);
  });
});
