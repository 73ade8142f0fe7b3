import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { likenessOf, linkLikenessesOf } from "#core/domain/likeness.ts";
import {
  type Allowance,
  afterHeld,
  afterOneMore,
  afterPromises,
  allowanceAt,
  exceededBy,
  fullAllowance,
  HELD_TIMES,
  HOUR_MS,
  heldBackUntil,
  isEmergency,
  isFlood,
  type LimitRule,
  MINUTE_MS,
  turnOf,
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

/** When the texts of these instants leave, where what is beyond is held; null: it is blocked. `restart`: from that text on only the last turn is known. */
const turns = (
  limits: LimitRule,
  instants: readonly number[],
  restart = Number.POSITIVE_INFINITY,
): readonly (number | null)[] => {
  let left: Allowance = fullAllowance(limits, 0);
  let heldUntil = Number.NEGATIVE_INFINITY;
  return instants.map((at, i) => {
    if (i === restart) left = afterPromises(fullAllowance(limits, at), limits, heldUntil);
    left = allowanceAt(left, limits, at);
    if (exceededBy(left) === null && heldUntil < at) {
      left = afterOneMore(left);
      return at;
    }
    if (isFlood(left, limits)) return null;
    heldUntil = turnOf(left, limits, heldUntil);
    left = afterHeld(left);
    return heldUntil;
  });
};

describe("what is held", () => {
  test("keeps its order, also behind a restart, and waits no longer than its limits allow", () => {
    fc.assert(
      fc.property(rule, gaps, fc.nat(400), (limits, pauses, restart) => {
        const instants = instantsOf(pauses);
        for (const known of [restart, Number.POSITIVE_INFINITY]) {
          const leaves = turns(limits, instants, known).filter((turn) => turn !== null);
          leaves.forEach((turn, i) => {
            if (i > 0 && instants[i] !== instants[i - 1]) expect(turn).toBeGreaterThan(leaves[i - 1]!);
            if (i > 0) expect(turn).toBeGreaterThanOrEqual(leaves[i - 1]!);
          });
        }
        turns(limits, instants).forEach((turn, i) => {
          if (turn !== null) expect(turn - instants[i]!).toBeLessThanOrEqual(HELD_TIMES * HOUR_MS + 1);
        });
      }),
    );
  });

  test("comes after the turn of what waits already, at the pace of the minute's limit, whatever was counted", () => {
    fc.assert(
      fc.property(rule, fc.integer({ min: -30, max: 30 }), fc.nat(HOUR_MS), (limits, minute, heldUntil) => {
        const turn = turnOf({ minute, hour: limits.perHour, at: 0 }, limits, heldUntil);
        expect(turn - heldUntil).toBeGreaterThanOrEqual(Math.floor(MINUTE_MS / limits.perMinute));
      }),
    );
  });

  test("leaves at the pace of the limits: no more than twice a limit in its time", () => {
    fc.assert(
      fc.property(rule, gaps, (limits, pauses) => {
        const leaves = turns(limits, instantsOf(pauses)).filter((turn) => turn !== null);
        const most = Math.max(2 * limits.perMinute, 1 + Math.ceil(limits.perHour / 60));
        leaves.forEach((from, i) => {
          const within = leaves.slice(i).filter((at) => at - from < MINUTE_MS).length;
          expect(within).toBeLessThanOrEqual(most);
        });
      }),
    );
  });

  test("is three times a limit at most, with what passes at once, and the rest is blocked", () => {
    fc.assert(
      fc.property(rule, (limits) => {
        const burst = turns(limits, Array(1_000).fill(0));
        const most = Math.min(limits.perMinute, limits.perHour) + HELD_TIMES * limits.perMinute;
        const passedOn = burst.filter((turn) => turn !== null).length;
        expect(passedOn).toBe(
          limits.perMinute <= limits.perHour ? Math.min(most, 3 * limits.perHour) : passedOn,
        );
        expect(passedOn).toBeLessThanOrEqual(3 * Math.min(limits.perMinute, limits.perHour));
        expect(burst.slice(0, passedOn).every((turn) => turn !== null)).toBe(true);
      }),
    );
  });

  test("counts its time to live from its turn, and says when it came", () => {
    const message = { ...{ receivedAt: 1_000, expiresAt: 61_000 } } as Parameters<typeof heldBackUntil>[0];
    expect(heldBackUntil(message, 4_000)).toEqual({
      ...{ receivedAt: 4_000, expiresAt: 64_000 },
      hold: { since: 1_000, windows: [{ from: 4_000, until: 64_000 }] },
    });
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

test("links are alike that lead to the same page, whatever stands around them, and what is no link for sure is none", () => {
  const link = linkLikenessesOf("see https://deals.example.com/ride");
  expect(link).toHaveLength(1);
  for (const other of [
    "http://www.DEALS.example.com/ride/ is cheap",
    "https://deals.example.com/ride?you=1",
    "https://deals.example.com/ride#2 and https://deals.example.com/ride",
  ])
    expect(linkLikenessesOf(other)).toEqual(link);
  expect(linkLikenessesOf("see https://deals.example.com/other")).not.toEqual(link);
  expect(["thanks.me too", "at 9.30", "hello"].flatMap(linkLikenessesOf)).toEqual([]);
});
