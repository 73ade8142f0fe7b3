import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSkewTeller, createStorageClock } from "#core/engine/ownership/storage-clock.ts";

/** A clock that is `aheadMs` ahead of the true one, and a storage that is asked by it. */
const createSetting = (aheadMs: number) => {
  let now = 1_000_000;
  const clock = { now: () => now + aheadMs, elapsed: () => now };
  const storageClock = createStorageClock(clock);
  return {
    storageClock,
    trueNow: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    ask: (thereMs: number, backMs: number) => {
      const askedAt = clock.now();
      now += thereMs;
      const storageNow = now;
      now += backMs;
      storageClock.learn(askedAt, storageNow);
    },
  };
};

describe("the clock of storage", () => {
  test("is known as well as the quickest round trip allows, whichever way it is slow", () => {
    const tripArbitrary = fc.tuple(fc.nat({ max: 500 }), fc.nat({ max: 500 }));
    fc.assert(
      fc.property(
        fc.integer({ min: -600_000, max: 600_000 }),
        fc.array(tripArbitrary, { minLength: 1, maxLength: 20 }),
        (aheadMs, trips) => {
          const { storageClock, trueNow, ask } = createSetting(aheadMs);
          for (const [thereMs, backMs] of trips) ask(thereMs, backMs);
          const quickest = Math.min(...trips.map(([thereMs, backMs]) => thereMs + backMs));
          expect(Math.abs(storageClock.now() - trueNow())).toBeLessThanOrEqual(quickest);
        },
      ),
    );
  });

  test("is this process's own where a round trip explains the difference", () => {
    const { storageClock, ask } = createSetting(40);
    ask(50, 50);
    expect(storageClock.skewMs()).toBe(0);
  });

  test("is followed when a clock is set", () => {
    const { storageClock, ask } = createSetting(0);
    ask(5, 5);
    storageClock.learn(2_000_000, 1_700_000);
    expect(storageClock.skewMs()).toBe(0);
    storageClock.learn(900_000, 1_300_000);
    expect(storageClock.skewMs()).toBeGreaterThan(200_000);
  });
});

test("a skew above a second is told once a minute while it lasts, and a smaller one never", () => {
  let elapsed = 0;
  const told: number[] = [];
  const tell = createSkewTeller({ now: () => 0, elapsed: () => elapsed }, (skewMs) => void told.push(skewMs));
  for (; elapsed < 150_000; elapsed += 400) tell(elapsed < 90_000 ? -1_500 : 900);
  expect(told).toEqual([-1_500, -1_500]);
});
