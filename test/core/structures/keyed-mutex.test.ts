import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyedMutex } from "#core/structures/keyed-mutex.ts";

const keys = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 2 });

describe("work", () => {
  test("with a key in common never overlaps and keeps its order, and all of it ends", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 12 }),
        async (scheduler, all) => {
          const turns = keyedMutex();
          const begun: number[] = [];
          const underWay = new Set<string>();
          const ends = all.map(([own, fails], place) =>
            turns(own, async () => {
              begun.push(place);
              for (const key of own) {
                expect(underWay.has(key)).toBe(false);
                underWay.add(key);
              }
              await scheduler.schedule(Promise.resolve());
              for (const key of own) underWay.delete(key);
              if (fails) throw new Error("failed");
              return place;
            }),
          );
          const outcomes = await scheduler.waitFor(Promise.allSettled(ends));
          expect(outcomes.map(({ status }) => status === "rejected")).toEqual(all.map(([, fails]) => fails));
          for (const key of ["a", "b", "c", "d"] as const) {
            const ofKey = begun.filter((place) => all[place]![0].includes(key));
            expect(ofKey).toEqual(ofKey.toSorted((one, other) => one - other));
          }
        },
      ),
    );
  });

  test("with no key in common does not wait", async () => {
    const turns = keyedMutex();
    const { promise: never } = Promise.withResolvers<void>();
    void turns(["a", "b"], () => never);
    expect(await turns(["c"], async () => "done")).toBe("done");
  });
});
