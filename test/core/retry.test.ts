import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextAttempt, RETRY_ATTEMPTS_MAX, RETRY_SCHEDULE_MS, retryDelayMs } from "#core/domain/retry.ts";
import { chanceArbitrary, instantArbitrary } from "#test/support/arbitraries.ts";

const attemptsArbitrary = fc.integer({ min: 1, max: 2 * RETRY_ATTEMPTS_MAX });
const lifeMsArbitrary = fc.integer({ min: -1_000, max: 86_400_000 });

describe("the wait before a retry", () => {
  test("lies between half and one and a half times the schedule", () => {
    fc.assert(
      fc.property(attemptsArbitrary, chanceArbitrary, (attempts, chance) => {
        const scheduled = RETRY_SCHEDULE_MS[Math.min(attempts, RETRY_SCHEDULE_MS.length) - 1]!;
        const delay = retryDelayMs(attempts, chance);
        expect(delay).toBeGreaterThanOrEqual(0.5 * scheduled);
        expect(delay).toBeLessThanOrEqual(1.5 * scheduled);
      }),
    );
  });

  test("is 5 s, 30 s, 2 min, then 10 min for ever, in the middle of its spread", () => {
    expect([1, 2, 3, 4, 5, 100].map((attempts) => retryDelayMs(attempts, 0.5))).toEqual([
      5_000, 30_000, 120_000, 600_000, 600_000, 600_000,
    ]);
  });

  test("after a lost answer is none, half a second, two seconds, then that of a failure", () => {
    expect([1, 2, 3, 4, 5, 7, 100].map((attempts) => retryDelayMs(attempts, 0.5, true))).toEqual([
      0, 500, 2_000, 5_000, 30_000, 600_000, 600_000,
    ]);
  });

  test("differs for messages that failed together", () => {
    expect(retryDelayMs(1, 0)).toBe(2_500);
    expect(retryDelayMs(1, 0.999)).toBe(7_495);
  });
});

describe("a message that could not be handed over", () => {
  test("is tried again later, and before its time is up", () => {
    fc.assert(
      fc.property(
        attemptsArbitrary,
        instantArbitrary,
        lifeMsArbitrary,
        chanceArbitrary,
        (attempts, now, lifeMs, random) => {
          const next = nextAttempt({ attempts, now, expiresAt: now + lifeMs, random });
          if (next.kind === "give-up") return;
          expect(next.at).toBeGreaterThan(now);
          expect(next.at).toBeLessThan(now + lifeMs);
        },
      ),
    );
  });

  test("is given up only when its time or its attempts run out", () => {
    fc.assert(
      fc.property(
        attemptsArbitrary,
        instantArbitrary,
        lifeMsArbitrary,
        chanceArbitrary,
        (attempts, now, lifeMs, random) => {
          const next = nextAttempt({ attempts, now, expiresAt: now + lifeMs, random });
          const mayGoOn = attempts < RETRY_ATTEMPTS_MAX && retryDelayMs(attempts, random) < lifeMs;
          expect(next.kind).toBe(mayGoOn ? "retry" : "give-up");
        },
      ),
    );
  });

  test("ends after finitely many attempts, however long it may live", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), chanceArbitrary, (limit, random) => {
        let attempts = 1;
        let now = 0;
        for (;;) {
          const next = nextAttempt({
            attempts,
            attemptsMax: limit,
            now,
            expiresAt: Number.POSITIVE_INFINITY,
            random,
          });
          if (next.kind === "give-up") break;
          now = next.at;
          attempts += 1;
        }
        expect(attempts).toBe(Math.min(limit, RETRY_ATTEMPTS_MAX));
      }),
    );
  });
});
