import { expect, test } from "vitest";
import type { Chance } from "#core/ports/chance.ts";

/** What every `Chance` promises. */
export const chanceContract = (name: string, create: () => Chance): void => {
  test(`the chance of ${name} is spread evenly over 0 to 1, without 1`, () => {
    const chance = create();
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const drawn = chance.next();
      expect(drawn >= 0 && drawn < 1).toBe(true);
      buckets[Math.floor(drawn * 10)]! += 1;
    }
    // Six standard deviations: one run in half a billion falls outside by chance.
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(6 * 30);
  });
};
