import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  availableAt,
  changeNominal,
  createRate,
  currentPerSecond,
  PAUSE_HINT_MAX_MS,
  PROBE_PATIENCE_MS,
  type Rate,
  RECOVERY_MS,
  succeeded,
  take,
  throttled,
} from "#core/domain/rate.ts";
import { WINDOW_MS, WINDOW_SLOTS_MAX } from "#core/domain/sliding-window.ts";
import { chanceArbitrary } from "#test/support/arbitraries.ts";

const usualRateArbitrary = fc.oneof(
  fc.integer({ min: 1, max: 60 }),
  fc.double({ min: 1, max: 60, noNaN: true }),
  fc.constantFrom(0.2, 0.5, 0.9),
);

/** Above the slots of a window, where a slot counts for several messages. */
const highRateArbitrary = fc.integer({ min: WINDOW_SLOTS_MAX - 2, max: 5 * WINDOW_SLOTS_MAX });

const stepArbitrary = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("take" as const), times: fc.integer({ min: 1, max: 80 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 700 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("throttled" as const), chance: chanceArbitrary }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("succeeded" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      nominal: fc.oneof(usualRateArbitrary, highRateArbitrary, fc.constant(Number.POSITIVE_INFINITY)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("set clock back" as const),
      ms: fc.integer({ min: 1, max: 5_000 }),
    }),
  },
);

/** Takes while it can, and asks again when told: the moments taken before `until`. */
const takeAllBefore = (rate: Rate, from: number, until: number): number[] => {
  const taken: number[] = [];
  for (let now = from; now < until; now = Math.max(now, availableAt(rate, now))) {
    while (take(rate, now)) taken.push(now);
  }
  return taken;
};

const mostWithin = (windowMs: number, moments: readonly number[]): number => {
  let most = 0;
  for (let last = 0, first = 0; last < moments.length; last += 1) {
    while (moments[last]! - moments[first]! >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
};

describe("a rate", () => {
  test("is never exceeded within any second, whatever happens to it", () => {
    fc.assert(
      fc.property(
        usualRateArbitrary,
        fc.array(stepArbitrary, { maxLength: 120, size: "max" }),
        (nominal, steps) => {
          const rate = createRate(nominal);
          let elapsed = 0;
          let clockOffset = 1_000_000;
          const taken: number[] = [];
          for (const step of steps) {
            const now = elapsed + clockOffset;
            if (step.kind === "wait") elapsed += step.ms;
            else if (step.kind === "set clock back") clockOffset -= step.ms;
            else if (step.kind === "throttled") throttled(rate, now, step.chance);
            else if (step.kind === "succeeded") succeeded(rate, now);
            else if (step.kind === "change") changeNominal(rate, step.nominal);
            else {
              for (let times = step.times; times > 0 && take(rate, now); times -= 1) {
                taken.push(elapsed);
                const limit = rate.isThrottled ? rate.nominalPerSecond : currentPerSecond(rate, now);
                const windowMs = limit < 1 ? 1_000 / limit : 1_000;
                const within = taken.filter((each) => each > elapsed - windowMs).length;
                expect(within).toBeLessThanOrEqual(Math.max(1, Math.floor(limit)));
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("is not exceeded as the carrier counts, though messages are delayed on their way by up to 50 ms", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 49 }), { minLength: 1, maxLength: 40 }),
        (nominal, delays) => {
          const taken = takeAllBefore(createRate(nominal), 0, 6_000);
          const arrived = taken
            .map((each, at) => each + delays[at % delays.length]!)
            .toSorted((a, b) => a - b);
          expect(mostWithin(1_000, arrived)).toBeLessThanOrEqual(nominal);
        },
      ),
    );
  });

  test("is used to the full by whoever asks again when told to", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (nominal) => {
        expect(takeAllBefore(createRate(nominal), 0, 10 * WINDOW_MS)).toHaveLength(10 * nominal);
      }),
      { numRuns: 30 },
    );
  });

  test("however high is neither exceeded nor wasted, in bounded memory", () => {
    fc.assert(
      fc.property(highRateArbitrary, (nominal) => {
        const rate = createRate(nominal);
        const taken = takeAllBefore(rate, 0, 3 * WINDOW_MS);
        expect(mostWithin(WINDOW_MS, taken)).toBeLessThanOrEqual(nominal);
        expect(taken.length).toBeGreaterThan(3 * 0.999 * nominal);
        expect(rate.window!.stamps.length).toBeLessThanOrEqual(WINDOW_SLOTS_MAX + 1);
      }),
      { numRuns: 10 },
    );
  });

  test("says exactly when the next message may leave, or that it is worth asking soon", () => {
    fc.assert(
      fc.property(
        usualRateArbitrary,
        fc.array(stepArbitrary, { maxLength: 40, size: "max" }),
        (nominal, steps) => {
          const rate = createRate(nominal);
          let now = 0;
          for (const step of steps) {
            if (step.kind === "wait") now += step.ms;
            else if (step.kind === "throttled") throttled(rate, now, step.chance);
            else if (step.kind === "succeeded") succeeded(rate, now);
            else if (step.kind === "take")
              for (let times = step.times; times > 0; times -= 1) take(rate, now);
          }
          const told = availableAt(rate, now);
          expect(told).toBeGreaterThanOrEqual(now);
          if (!rate.isThrottled && currentPerSecond(rate, now) < rate.nominalPerSecond) {
            expect(told).toBeLessThanOrEqual(now + 10);
            return;
          }
          for (let before = now; before < told - 1e-6; before += Math.max(1, (told - now) / 50)) {
            expect(take(structuredClone(rate), before)).toBe(false);
          }
          expect(take(structuredClone(rate), told + 1e-6)).toBe(true);
        },
      ),
    );
  });

  test("that is unlimited always has room, until the carrier throttles", () => {
    const rate = createRate(Number.POSITIVE_INFINITY);
    for (let message = 0; message < 1_000; message += 1) expect(take(rate, 0)).toBe(true);
    throttled(rate, 0, 0);
    expect(availableAt(rate, 0)).toBe(100);
    expect(take(rate, 99)).toBe(false);
    expect([take(rate, 100), take(rate, 100)]).toEqual([true, false]);
    succeeded(rate, 101);
    expect([take(rate, 101), take(rate, 101)]).toEqual([true, true]);
  });

  test("of one a second lets one go, and the next one after a second and the margin", () => {
    expect(takeAllBefore(createRate(1), 0, 4_000)).toEqual([0, 1_050, 2_100, 3_150]);
    expect(takeAllBefore(createRate(0.5), 0, 5_000)).toEqual([0, 2_100, 4_200]);
  });

  test("does not stand still because the clock was set back", () => {
    const rate = createRate(30);
    const hourMs = 3_600_000;
    expect(takeAllBefore(rate, 2 * hourMs, 2 * hourMs + 1)).toHaveLength(30);
    expect(take(rate, hourMs)).toBe(false);
    expect(availableAt(rate, hourMs + 50)).toBe(hourMs + WINDOW_MS);
    expect(takeAllBefore(rate, hourMs + WINDOW_MS, hourMs + WINDOW_MS + 1)).toHaveLength(30);
  });

  test("changes at once, and what left before still counts", () => {
    const rate = createRate(30);
    while (take(rate, 0));
    changeNominal(rate, 40);
    expect(takeAllBefore(rate, 500, 501)).toHaveLength(10);
    changeNominal(rate, 5);
    expect(availableAt(rate, 600)).toBe(1_550);
    expect(() => changeNominal(rate, 0)).toThrow(RangeError);
  });
});

/** A sender that never runs out of messages, and a carrier that answers "too fast" while `refuses` says so. */
const sendUntil = (
  rate: Rate,
  endMs: number,
  roundTripMs: number,
  chance: number,
  refuses: (now: number, acceptedAt: readonly number[]) => boolean,
) => {
  const inFlightMax = 50;
  const acceptedAt: number[] = [];
  const answers: { readonly due: number; readonly isAccepted: boolean }[] = [];
  let refused = 0;
  for (let now = 0; now < endMs; now += 1) {
    while (answers.length > 0 && answers[0]!.due <= now) {
      if (answers.shift()!.isAccepted) succeeded(rate, now);
      else throttled(rate, now, chance);
    }
    while (answers.length < inFlightMax && take(rate, now)) {
      const isAccepted = !refuses(now, acceptedAt);
      if (isAccepted) acceptedAt.push(now);
      else refused += 1;
      answers.push({ due: now + roundTripMs, isAccepted });
    }
  }
  return { acceptedAt, refused };
};

describe("throttling by the carrier", () => {
  const roundTripMsArbitrary = fc.integer({ min: 1, max: 60 });

  test("costs less than a second after it ends", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 400 }),
        fc.integer({ min: 1, max: 6_000 }),
        roundTripMsArbitrary,
        chanceArbitrary,
        (nominal, endsAt, roundTripMs, chance) => {
          // Three windows full of messages: without throttling they would all have left after the third window.
          const deadline = endsAt + 3 * WINDOW_MS + 1_000;
          const { acceptedAt } = sendUntil(
            createRate(nominal),
            deadline,
            roundTripMs,
            chance,
            (now) => now < endsAt,
          );
          expect(acceptedAt.length).toBeGreaterThanOrEqual(3 * nominal);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is answered by a handful of probes a second, not by a storm", () => {
    fc.assert(
      fc.property(roundTripMsArbitrary, chanceArbitrary, (roundTripMs, chance) => {
        const { refused } = sendUntil(createRate(1_000), 10_000, roundTripMs, chance, () => true);
        expect(refused).toBeLessThanOrEqual(50 + 10 * 5 + 3);
      }),
      { numRuns: 10 },
    );
  });

  test("by a limit below our own rate leaves most of that limit usable", () => {
    fc.assert(
      fc.property(roundTripMsArbitrary, chanceArbitrary, (roundTripMs, chance) => {
        const limit = 100;
        const { acceptedAt } = sendUntil(createRate(500), 10_000, roundTripMs, chance, (now, accepted) => {
          const first = accepted.at(-limit);
          return first !== undefined && first > now - 1_000;
        });
        expect(acceptedAt.length).toBeGreaterThan(0.6 * 10 * limit);
      }),
      { numRuns: 10 },
    );
  });

  test("pauses once for all messages that were in flight, then probes with a single one", () => {
    const rate = createRate(1_000);
    for (let message = 0; message < 20; message += 1) take(rate, 0);
    for (let answer = 0; answer < 20; answer += 1) throttled(rate, 5, 0);
    expect(currentPerSecond(rate, 5)).toBe(700);
    expect(availableAt(rate, 5)).toBe(105);
    expect([take(rate, 104), take(rate, 105), take(rate, 106)]).toEqual([false, true, false]);
    throttled(rate, 110, 0);
    expect(currentPerSecond(rate, 110)).toBeCloseTo(490);
    expect(availableAt(rate, 110)).toBe(310);
  });

  test("that has passed lets the rate grow back to the nominal one in half a second", () => {
    const rate = createRate(100);
    throttled(rate, 0, 0);
    take(rate, 100);
    succeeded(rate, 110);
    expect([110, 160, 210, 110 + RECOVERY_MS].map((now) => Math.round(currentPerSecond(rate, now)))).toEqual([
      70, 80, 90, 100,
    ]);
  });

  test("with a wish of the carrier's own is respected, up to a minute", () => {
    const rate = createRate(100);
    throttled(rate, 0, 0.5, 2_000);
    expect(availableAt(rate, 0)).toBe(2_000);
    throttled(rate, 10, 0.5, 3_600_000);
    expect(availableAt(rate, 10)).toBe(10 + PAUSE_HINT_MAX_MS);
  });

  test("does not wait for ever for the answer to a probe", () => {
    const rate = createRate(100);
    throttled(rate, 0, 0);
    take(rate, 100);
    expect(availableAt(rate, 150)).toBe(100 + PROBE_PATIENCE_MS);
    expect(take(rate, 100 + PROBE_PATIENCE_MS)).toBe(true);
  });

  test("is not over because an older message was accepted", () => {
    const rate = createRate(100);
    take(rate, 0);
    throttled(rate, 5, 0);
    succeeded(rate, 6);
    expect(take(rate, 7)).toBe(false);
  });
});
