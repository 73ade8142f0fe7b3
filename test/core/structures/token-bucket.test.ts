import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenBucket, fullInMs, takeToken, tokenInMs } from "#core/structures/token-bucket.ts";

describe("a token bucket", () => {
  test("lets no more through in any span than a burst and what is refilled meanwhile", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 }),
        (perSecond, gaps) => {
          const bucket = createTokenBucket(perSecond, 0);
          const taken: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            if (takeToken(bucket, now)) taken.push(now);
          }
          taken.forEach((from, first) => {
            taken.slice(first).forEach((until, more) => {
              expect(more + 1).toBeLessThanOrEqual(
                bucket.capacity + ((until - from) * perSecond) / 1_000 + 1e-6,
              );
            });
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  test("says when the next token is there, and is right", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (perSecond, takes) => {
          const bucket = createTokenBucket(perSecond, 0);
          for (let i = 0; i < takes; i += 1) takeToken(bucket, 0);
          const wait = tokenInMs(bucket, 0);
          expect(takeToken({ ...bucket }, wait)).toBe(true);
          if (wait > 1) {
            expect(takeToken({ ...bucket }, wait - 2)).toBe(false);
          }
          expect(fullInMs(bucket, fullInMs(bucket, 0))).toBe(0);
        },
      ),
    );
  });

  test("is not emptied by a clock that goes back", () => {
    const bucket = createTokenBucket(1, 1_000);
    expect(takeToken(bucket, 1_000)).toBe(true);
    expect(takeToken(bucket, 0)).toBe(false);
    expect(takeToken(bucket, 2_000)).toBe(true);
  });
});
