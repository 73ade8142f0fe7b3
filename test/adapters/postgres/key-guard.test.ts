import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyGuard } from "#adapters/postgres/table-partitions/key-guard.ts";
import { leastId, PERIOD_MS, timeOfId } from "#adapters/postgres/table-partitions/periods.ts";
import { freshIdAt } from "#test/support/traffic-builders.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const THURSDAY = Date.UTC(2040, 0, 5);
const FIRST_ENDS = THURSDAY - 10 * PERIOD_MS;

const instant = fc.integer({ min: FIRST_ENDS + 2 * PERIOD_MS, max: THURSDAY + PERIOD_MS });
const soon = fc.integer({ min: 0, max: 24 * HOUR });

describe("a key", () => {
  test("is looked for wherever a copy may lie that is not a day older, unless an index of one period has both", () => {
    fc.assert(
      fc.property(instant, soon, (now, age) => {
        const [copy, id] = [freshIdAt(now - age), freshIdAt(now)];
        const { dedupIdRange, since } = keyGuard(now, FIRST_ENDS, [id]);
        const isOfOnePeriod = Math.floor((now - age) / PERIOD_MS) === Math.floor(now / PERIOD_MS);
        const isAsked = dedupIdRange !== null && copy >= dedupIdRange.from && copy < dedupIdRange.to;
        expect(isOfOnePeriod || isAsked).toBe(true);
        expect(copy >= since).toBe(true);
      }),
    );
  });

  test("is looked for on both sides, by one at a time, when an id is not of the current period or a boundary is near", () => {
    const late = fc.integer({ min: 0, max: 3 * PERIOD_MS });
    fc.assert(
      fc.property(instant, late, (now, age) => {
        const isNear = now % PERIOD_MS < MINUTE || now % PERIOD_MS >= PERIOD_MS - MINUTE;
        const isOther = Math.floor((now - age) / PERIOD_MS) !== Math.floor(now / PERIOD_MS);
        const ids = [freshIdAt(now), freshIdAt(now - age)];
        const { dedupIdRange, serialized } = keyGuard(now, FIRST_ENDS, ids);
        expect(serialized).toBe(isNear || isOther);
        if (serialized)
          for (const id of ids) expect(id >= dedupIdRange!.from && id < dedupIdRange!.to).toBe(true);
      }),
      {
        examples: [
          [THURSDAY, 0],
          [THURSDAY - 1, 0],
          [THURSDAY + MINUTE, 0],
          [THURSDAY - MINUTE, 0],
        ],
      },
    );
  });

  test("costs nothing on other days, and nothing while there is only one period", () => {
    const friday = THURSDAY + 26 * HOUR;
    expect(keyGuard(friday, FIRST_ENDS, [freshIdAt(friday)])).toEqual({
      since: leastId(THURSDAY - PERIOD_MS),
      dedupIdRange: null,
      serialized: false,
    });
    for (const now of [THURSDAY, THURSDAY + HOUR, THURSDAY - 1]) {
      const ids = [freshIdAt(now), freshIdAt(now - 30 * PERIOD_MS)];
      expect(keyGuard(now, THURSDAY + PERIOD_MS, ids)).toEqual({
        since: leastId(0),
        dedupIdRange: null,
        serialized: false,
      });
    }
  });

  test("counts from the beginning while the first period is the current one or the one before", () => {
    const since = (now: number) => keyGuard(now, THURSDAY, [freshIdAt(now)]).since;
    expect(since(THURSDAY - HOUR)).toBe(leastId(0));
    expect(since(THURSDAY + HOUR)).toBe(leastId(0));
    expect(since(THURSDAY + PERIOD_MS + HOUR)).toBe(leastId(THURSDAY));
  });
});

test("an id tells when it was made", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
      const id = freshIdAt(date.getTime());
      expect(timeOfId(id)).toBe(date.getTime());
      expect(id >= leastId(date.getTime()) && id < leastId(date.getTime() + 1)).toBe(true);
    }),
  );
});
