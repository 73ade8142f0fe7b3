import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Allowance,
  afterOneMore,
  allowanceAt,
  exceededBy,
  fullAllowance,
  HOUR_MS,
  isEmergency,
  type LimitRule,
  likenessOf,
  MINUTE_MS,
} from "#core/domain/text-limits.ts";

const rule = fc.record({
  perMinute: fc.integer({ min: 1, max: 30 }),
  perHour: fc.integer({ min: 1, max: 300 }),
  sameTextTo: fc.constant(null),
  action: fc.constant("block" as const),
});

/** The instants of those texts that are within the limits. */
const passed = (limits: LimitRule, instants: readonly number[]): readonly number[] => {
  let left: Allowance = fullAllowance(limits, 0);
  return instants.filter((at) => {
    left = allowanceAt(left, limits, at);
    if (exceededBy(left) !== null) return false;
    left = afterOneMore(left);
    return true;
  });
};

const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 400 });
const instantsOf = (pauses: readonly number[]): readonly number[] => {
  let at = 0;
  return pauses.map((pause) => {
    at += pause;
    return at;
  });
};

describe("the allowance of one person", () => {
  test("never lets more than twice a limit pass in its time, and as many as the limit at once", () => {
    fc.assert(
      fc.property(rule, gaps, (limits, pauses) => {
        const times = passed(limits, instantsOf(pauses));
        for (const [most, span] of [
          [limits.perMinute, MINUTE_MS],
          [limits.perHour, HOUR_MS],
        ] as const)
          times.forEach((from, i) => {
            const within = times.slice(i).filter((at) => at - from < span).length;
            expect(within).toBeLessThanOrEqual(2 * most);
          });
        const burst = passed(
          limits,
          Array.from({ length: 400 }, () => 0),
        ).length;
        expect(burst).toBe(Math.min(limits.perMinute, limits.perHour));
      }),
    );
  });

  test("is full again after an hour of silence, and is not lost where a clock goes back", () => {
    fc.assert(
      fc.property(rule, gaps, (limits, pauses) => {
        const times = instantsOf(pauses);
        const used = times.reduce(
          (left, at) => afterOneMore(allowanceAt(left, limits, at)),
          fullAllowance(limits, 0),
        );
        const back = allowanceAt(used, limits, used.at - 5_000);
        expect(back).toEqual(used);
        const rested = allowanceAt(used, limits, used.at + HOUR_MS);
        expect(rested.minute).toBeCloseTo(limits.perMinute);
        expect(rested.hour).toBeCloseTo(limits.perHour);
      }),
    );
  });
});

test("likeness is that of the words: case, spaces and what nobody sees make no difference, and short texts have none", () => {
  const text = "Cheap rides at half the price, ask me";
  for (const other of [
    text.toUpperCase(),
    text.replaceAll(" ", "  "),
    text.replace("rides", "ri\u200bdes"),
    `${text} `,
  ])
    expect(likenessOf(other)).toBe(likenessOf(text));
  expect(likenessOf(text.replace("half", "twice"))).not.toBe(likenessOf(text));
  expect(likenessOf("I am outside")).toBeNull();
});

test("a cry for help is told from a text with a number in it", () => {
  expect(["911", "112!", "please call 999", "help", "HELP!!"].map(isEmergency)).toEqual(Array(5).fill(true));
  expect(["room 112, at 9", "9112", "help me move"].map(isEmergency)).toEqual([false, false, false]);
});
