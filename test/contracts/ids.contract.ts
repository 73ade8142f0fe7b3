import { describe, expect, test } from "vitest";
import { PARTITIONS, partitionOf } from "#core/domain/partition.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { NOON } from "#test/support/traffic-builders.ts";

/** What every `Ids` promises. */
export const idsContract = (name: string, create: (clock: Clock) => Ids): void => {
  describe(`the ids of ${name}`, () => {
    test("are UUIDs of version 7, each greater than the one before, even when the clock jumps", () => {
      let now = NOON;
      const ids = create({ now: () => now });
      let before = "";
      for (let i = 0; i < 20_000; i += 1) {
        if (i % 5_000 === 4_999) now += i % 10_000 === 4_999 ? 3_600_000 : -7_200_000;
        const id = ids.next();
        expect(id > before).toBe(true);
        before = id;
      }
      expect(before).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    test("begin with the time", () => {
      const id = create({ now: () => NOON }).next();
      expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(NOON);
    });

    test("spread over all partitions", () => {
      const ids = create({ now: () => NOON });
      const partitions = new Set(Array.from({ length: 2_000 }, () => partitionOf(ids.next())));
      expect(partitions.size).toBe(PARTITIONS);
    });
  });
};
