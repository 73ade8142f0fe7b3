import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRecentSet } from "#adapters/smpp/delivery/recent-set.ts";

const fingerprint = (number: number): string => number.toString(36).padStart(7, "A").padEnd(22, "-");

describe("a set of what came lately", () => {
  it("knows the last half of what it may hold, and not what it may no longer hold", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(60), { maxLength: 300, size: "max" }),
        (max, numbers) => {
          const set = createRecentSet(max);
          /** In the order in which they were added last. */
          let added: number[] = [];
          for (const number of numbers) {
            const lately = added.slice(-Math.max(1, Math.floor(max / 2)));
            const isNew = set.add(fingerprint(number));
            if (lately.includes(number)) expect(isNew).toBe(false);
            if (!added.includes(number)) expect(isNew).toBe(true);
            added = [...added.filter((each) => each !== number), number];
            expect(set.has(fingerprint(number))).toBe(true);
          }
          expect(added.filter((number) => set.has(fingerprint(number))).length).toBeLessThanOrEqual(
            Math.max(2, max),
          );
        },
      ),
    );
  });

  it("tells a hundred thousand apart", () => {
    const set = createRecentSet(200_000);
    for (let number = 0; number < 100_000; number += 1) expect(set.add(fingerprint(number))).toBe(true);
    for (let number = 0; number < 100_000; number += 1) expect(set.has(fingerprint(number))).toBe(true);
    expect(set.has(fingerprint(100_001))).toBe(false);
  });
});
