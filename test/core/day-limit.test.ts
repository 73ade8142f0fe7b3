import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DAY_MS,
  dayAfterPromises,
  dayAt,
  dayBy,
  dayTurnOf,
  fullDay,
  isDayFlood,
  isDayOver,
} from "#core/domain/day-limit.ts";
import { HELD_TIMES, HOUR_MS } from "#core/domain/text-limits.ts";

const perDays = fc.integer({ min: 1, max: 50 });
const gaps = fc.array(fc.integer({ min: 0, max: 4 * HOUR_MS }), { minLength: 1, maxLength: 200 });

/** When texts of these instants leave, where what is beyond is held; null: it is blocked. */
const turns = (perDay: number, pauses: readonly number[]): readonly (readonly [number, number | null])[] => {
  let day = fullDay(perDay, 0);
  let now = 0;
  return pauses.map((pause) => {
    now += pause;
    day = dayAt(day, perDay, now);
    if (isDayFlood(day, perDay)) return [now, null];
    const turn = isDayOver(day) ? dayTurnOf(day, perDay) : now;
    day = { left: day.left - 1, at: day.at };
    return [now, turn];
  });
};

describe("a day's texts", () => {
  test("are no more than twice the limit in any day, and three times with what waits", () => {
    fc.assert(
      fc.property(perDays, gaps, (perDay, pauses) => {
        const all = turns(perDay, pauses);
        const leaves = all.flatMap(([, turn]) => (turn === null ? [] : [turn])).sort((a, b) => a - b);
        leaves.forEach((from, i) => {
          const within = leaves.slice(i).filter((at) => at - from < DAY_MS).length;
          expect(within).toBeLessThanOrEqual(2 * perDay + 1);
        });
        for (const [at, turn] of all)
          if (turn !== null) expect(turn - at).toBeLessThanOrEqual(HELD_TIMES * DAY_MS + 1);
      }),
    );
    const burst = turns(7, Array(50).fill(0));
    expect(burst.filter(([, turn]) => turn === 0)).toHaveLength(7);
    expect(burst.filter(([, turn]) => turn !== null)).toHaveLength(21);
  });

  test("are the same where they are counted by the hour, but for that hour, and all are back after a day", () => {
    fc.assert(
      fc.property(perDays, fc.array(fc.nat(5), { minLength: 1, maxLength: 24 }), (perDay, hours) => {
        const counted = hours.map((count, i) => ({ from: i * HOUR_MS, count }));
        const now = hours.length * HOUR_MS;
        const { left } = dayBy(counted, perDay, now);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left).toBeLessThanOrEqual(perDay);
        const total = hours.reduce((sum, count) => sum + count, 0);
        expect(left).toBeGreaterThanOrEqual(perDay - total - 1e-9);
        expect(dayBy(counted, perDay, now + DAY_MS).left).toBeCloseTo(perDay);
      }),
    );
  });

  test("promised elsewhere are owed, where only a day's limit makes one wait so long, and block nobody", () => {
    const day = fullDay(100, 0);
    expect(dayAfterPromises(day, 100, HELD_TIMES * HOUR_MS)).toBe(day);
    expect(dayAfterPromises(day, 100, DAY_MS / 2).left).toBe(-50);
    expect(isDayFlood(dayAfterPromises(day, 100, 9 * DAY_MS), 100)).toBe(false);
  });
});
