import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAttempt } from "#core/domain/webhooks/attempt.ts";
import {
  afterFailure,
  BREAKER_FAILURES,
  CLOSED,
  FAILING_MAX_MS,
  isHopeless,
  isOpen,
} from "#core/domain/webhooks/breaker.ts";
import { rotateSecrets, SECRETS_MAX, type SigningSecret, secretsAt } from "#core/domain/webhooks/endpoint.ts";
import {
  ATTEMPT_SCHEDULE_MS,
  ATTEMPTS_MAX,
  nextDelivery,
  RETRY_AFTER_MAX_MS,
  readRetryAfter,
} from "#core/domain/webhooks/schedule.ts";
import { answered } from "./harness.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("the next attempt", () => {
  test("is never before the schedule, nor before the receiver wants it, and not for ever after", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 * ATTEMPTS_MAX }),
        random,
        fc.option(fc.integer({ min: 0, max: 10 * RETRY_AFTER_MAX_MS })),
        (attempts, chance, retryAfterMs) => {
          const next = nextDelivery({ attempts, now: NOW, random: chance, retryAfterMs });
          if (attempts >= ATTEMPTS_MAX) {
            expect(next).toEqual({ kind: "give-up" });
            return;
          }
          if (next.kind !== "retry") throw new Error("Expected one more attempt");
          const wait = next.at - NOW;
          const scheduled = ATTEMPT_SCHEDULE_MS[attempts]!;
          const asked = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS);
          expect(wait).toBeGreaterThanOrEqual(Math.max(scheduled, asked));
          expect(wait).toBeLessThanOrEqual(Math.max(1.1 * scheduled + 1, asked));
        },
      ),
    );
  });

  test.each([
    ["120", 120_000],
    [" 5 ", 5_000],
    ["Thu, 15 Jan 2026 12:01:00 GMT", 60_000],
    ["Thu, 15 Jan 2026 11:00:00 GMT", 0],
    ["soon", null],
    ["-1", null],
    [null, null],
  ])("heeds Retry-After: %s", (header, ms) => {
    expect(readRetryAfter(header, NOW)).toBe(ms);
  });
});

describe("an attempt", () => {
  test("succeeds by 2xx alone, and every other status is a failure of some kind", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        const { outcome } = judgeAttempt(answered(status), NOW);
        expect(outcome === "delivered").toBe(Math.floor(status / 100) === 2);
        expect(outcome === "gone").toBe(status === 410);
      }),
    );
  });
});

describe("the breaker", () => {
  test("opens after so many failures in a row, and probes by the schedule from then on", () => {
    let breaker = CLOSED;
    for (let n = 1; n < BREAKER_FAILURES; n += 1) {
      breaker = afterFailure(breaker, NOW + n, 0, false);
      expect(isOpen(breaker)).toBe(false);
    }
    for (let step = 1; step < ATTEMPTS_MAX + 5; step += 1) {
      const now = NOW + 1_000 * step;
      breaker = afterFailure(breaker, now, 0, true);
      const wait = ATTEMPT_SCHEDULE_MS[step] ?? ATTEMPT_SCHEDULE_MS.at(-1)!;
      expect(breaker.probeAt).toBe(now + wait);
    }
    expect(breaker.failingSince).toBe(NOW + 1);
  });

  test("is not moved by what was on its way when it opened", () => {
    fc.assert(
      fc.property(fc.array(random, { maxLength: 50 }), (chances) => {
        let breaker = CLOSED;
        for (let n = 0; n < BREAKER_FAILURES; n += 1) breaker = afterFailure(breaker, NOW, 0, false);
        const open = breaker;
        for (const chance of chances) breaker = afterFailure(breaker, NOW + 9, chance, false);
        expect(breaker).toBe(open);
      }),
    );
  });

  test("gives up after days of failures, and not before", () => {
    const failing = afterFailure(CLOSED, NOW, 0, false);
    expect(isHopeless(failing, NOW + FAILING_MAX_MS - 1)).toBe(false);
    expect(isHopeless(failing, NOW + FAILING_MAX_MS)).toBe(true);
    expect(isHopeless(CLOSED, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});

describe("the secrets of an endpoint", () => {
  test("sign for as long as was said at their rotation, the newest always", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 300 })), {
          maxLength: 12,
        }),
        fc.integer({ min: 0, max: 500 }),
        (rotations, later) => {
          let secrets: readonly SigningSecret[] = [{ secret: "s0", until: null }];
          let now = NOW;
          const ends = new Map<string, number>([["s0", Number.POSITIVE_INFINITY]]);
          rotations.forEach(([waitMs, overlapMs], n) => {
            now += waitMs;
            secrets = rotateSecrets(secrets, `s${n + 1}`, now, overlapMs);
            for (const [secret, end] of ends) ends.set(secret, Math.min(end, now + overlapMs));
            ends.set(`s${n + 1}`, Number.POSITIVE_INFINITY);
          });
          const at = now + later;
          const signing = secretsAt(secrets, at);
          expect(signing[0]).toBe(`s${rotations.length}`);
          expect(signing.length).toBeLessThanOrEqual(SECRETS_MAX);
          for (const secret of signing) expect(ends.get(secret)).toBeGreaterThan(at);
          const expected = [...ends].filter(([, end]) => end > at).length;
          expect(signing.length).toBe(Math.min(expected, SECRETS_MAX));
        },
      ),
    );
  });
});
