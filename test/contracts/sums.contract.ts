import { describe, expect, test } from "vitest";
import { SUMS_KEPT_MS } from "#core/ports/sums.ts";
import { NOON } from "#test/support/traffic-builders.ts";
import { type CreateStorage, storageOf } from "./storage-fixture.ts";

export const sumsContract = (name: string, create: CreateStorage): void => {
  describe(`sums in ${name}`, () => {
    const store = storageOf(create);

    test("grow by what all processes add, by key and period, and shrink by what is taken back", async () => {
      const [one, two] = [store.storage.sums, store.another().sums];
      await one.add([
        { key: "b", from: NOON, count: 2 },
        { key: "a", from: NOON, count: 1 },
      ]);
      await two.add([{ key: "a", from: NOON, count: 3 }]);
      await two.add([{ key: "a", from: NOON + 60_000, count: 5 }]);
      await one.add([{ key: "b", from: NOON, count: -1 }]);
      expect(await one.since(["b", "a", "c"], NOON)).toEqual([
        [{ from: NOON, count: 1 }],
        [
          { from: NOON, count: 4 },
          { from: NOON + 60_000, count: 5 },
        ],
        [],
      ]);
      expect(await two.since(["a"], NOON + 1)).toEqual([[{ from: NOON + 60_000, count: 5 }]]);
      await two.add([{ key: "a", from: NOON + 2 * SUMS_KEPT_MS, count: 1 }]);
      expect((await one.since(["a"], NOON + SUMS_KEPT_MS))[0]).toHaveLength(1);
    });

    test("are found among many keys without one, by whoever has not asked yet", async () => {
      const one = store.storage.sums;
      await one.add([
        { key: "b", from: NOON, count: 2 },
        { key: "b", from: NOON - 60_000, count: 1 },
      ]);
      const keys = [...Array.from({ length: 50 }, (_, n) => `nobody ${n}`), "b"];
      const found = await store.another().sums.lately(keys, NOON, NOON + 1);
      expect(found.slice(0, 50).flat()).toEqual([]);
      expect(found[50]).toEqual([{ from: NOON, count: 2 }]);
      expect(await one.lately(["nobody"], NOON, NOON + 1)).toEqual([[]]);
    });

    test("never grow beyond a bound, whoever adds at the same time", async () => {
      const all = [store.storage.sums, store.another().sums];
      const added = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          all[n % 2]!.addWithin({ key: "spent", from: NOON, count: 2 }, 9),
        ),
      );
      expect(added.filter(Boolean)).toHaveLength(4);
      expect(await all[0]!.addWithin({ key: "spent", from: NOON, count: 1 }, 9)).toBe(true);
      expect(await all[0]!.addWithin({ key: "more", from: NOON, count: 10 }, 9)).toBe(false);
      expect(await all[0]!.since(["spent", "more"], NOON)).toEqual([[{ from: NOON, count: 9 }], []]);
    });
  });
};
