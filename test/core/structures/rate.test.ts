import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answered,
  availableAt,
  changeNominal,
  createRate,
  currentPerSecond,
  keepsNominal,
  PAUSE_HINT_MAX_MS,
  PAUSE_MAX_MS,
  PROBE_PATIENCE_MS,
  type Rate,
  succeeded,
  take,
  throttled,
} from "#core/structures/rate.ts";
import { slotsOf, WINDOW_MS } from "#core/structures/sliding-window.ts";
import { type Arrival, arrivalArbitrary, crowdedSeconds, pauseArbitrary } from "#test/core/carrier-clock.ts";
import { byInterval, byLastSecond, type Limiter, sendAgainst } from "#test/core/model-carrier.ts";
import { chanceArbitrary } from "#test/support/arbitraries.ts";

const nominalArbitrary = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.double({ min: 1, max: 40, noNaN: true }),
);

const stepArbitrary = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("take" as const), times: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: pauseArbitrary }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      which: fc.nat({ max: 40 }),
      arrival: arrivalArbitrary,
      passes: fc.boolean(),
      chance: chanceArbitrary,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("change" as const), nominal: nominalArbitrary }) },
);

const takeAll = (rate: Rate, at: number): number => {
  let taken = 0;
  while (take(rate, at)) taken += 1;
  return taken;
};

/** So many got through, the newest one among them. */
const pass = (rate: Rate, messages: number, at: number): void => {
  answered(rate, messages, at);
  succeeded(rate, rate.taken, at);
};

const refuse = (
  rate: Rate,
  { number, leftAt }: { readonly number: number; readonly leftAt: number },
  at: number,
  random = 0,
  hintMs = 0,
): void => {
  answered(rate, 1, at);
  throttled(rate, { number, messages: 1, leftAt }, at, random, hintMs);
};

describe("a rate", () => {
  test("is never exceeded in any second of the carrier, whatever the carrier says and however late", () => {
    fc.assert(
      fc.property(
        nominalArbitrary,
        fc.array(stepArbitrary, { maxLength: 120, size: "max" }),
        (nominal, steps) => {
          const rate = createRate(nominal);
          const underWay: (Omit<Arrival, "at"> & { readonly left: number; readonly leftAt: number })[] = [];
          const arrivals: Arrival[] = [];
          let now = 0;
          for (const step of steps) {
            const at = Math.floor(now);
            if (step.kind === "wait") now += step.ms;
            else if (step.kind === "change") changeNominal(rate, step.nominal, at);
            else if (step.kind === "take") {
              for (let times = step.times; times > 0 && take(rate, at); times -= 1) {
                const limit = slotsOf(rate.nominalPerSecond);
                underWay.push({ nth: rate.taken, limit, left: now, leftAt: at });
              }
            } else {
              const [message] = underWay.splice(step.which % Math.max(1, underWay.length), 1);
              if (!message) continue;
              arrivals.push({ ...message, at: message.left + step.arrival * (now - message.left) });
              if (step.passes) {
                answered(rate, 1, at);
                succeeded(rate, message.nth, at);
              } else refuse(rate, { number: message.nth, leftAt: message.leftAt }, at, step.chance);
            }
          }
          for (const message of underWay) arrivals.push({ ...message, at: message.left });
          expect(crowdedSeconds(arrivals)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("lets the next message leave exactly when it says, unless an answer comes first", () => {
    fc.assert(
      fc.property(
        nominalArbitrary,
        fc.array(stepArbitrary, { maxLength: 60, size: "max" }),
        (nominal, steps) => {
          const rate = createRate(nominal);
          const underWay: { readonly number: number; readonly leftAt: number }[] = [];
          let now = 0;
          for (const step of steps) {
            if (step.kind === "wait") now += Math.floor(step.ms);
            else if (step.kind === "take") {
              for (let times = step.times; times > 0 && take(rate, now); times -= 1)
                underWay.push({ number: rate.taken, leftAt: now });
            } else if (step.kind === "answer") {
              const [left] = underWay.splice(step.which % Math.max(1, underWay.length), 1);
              if (left && step.passes) {
                answered(rate, 1, now);
                succeeded(rate, left.number, now);
              } else if (left) refuse(rate, left, now, step.chance);
            }
          }
          const told = availableAt(rate, now);
          expect(told).toBeGreaterThanOrEqual(now);
          for (let before = now; before < told; before += Math.max(1, (told - now) / 50)) {
            expect(take(structuredClone(rate), before)).toBe(false);
          }
          expect(told).toBeLessThanOrEqual(now + WINDOW_MS);
          if (underWay.length === 0) expect(take(rate, told)).toBe(true);
        },
      ),
    );
  });

  test("that is unlimited always has room, until the carrier throttles", () => {
    const rate = createRate(Number.POSITIVE_INFINITY);
    for (let message = 0; message < 1_000; message += 1) expect(take(rate, 0)).toBe(true);
    answered(rate, 999, 0);
    refuse(rate, { number: 1_000, leftAt: 0 }, 0);
    expect(currentPerSecond(rate)).toBe(999);
    expect(take(rate, PAUSE_MAX_MS - 1)).toBe(false);
    expect(take(rate, PAUSE_MAX_MS)).toBe(true);
  });

  test("of one a second lets one go, and the next one a second after it was answered", () => {
    const rate = createRate(1);
    expect(takeAll(rate, 0)).toBe(1);
    expect(availableAt(rate, 500)).toBe(500 + WINDOW_MS);
    pass(rate, 1, 700);
    expect(availableAt(rate, 800)).toBe(700 + WINDOW_MS);
    expect(takeAll(rate, 700 + WINDOW_MS)).toBe(1);
  });

  test("that is lowered counts what is under way, and when raised, what others may have sent until then", () => {
    const rate = createRate(30);
    takeAll(rate, 0);
    changeNominal(rate, 20, 10);
    expect(keepsNominal(rate)).toBe(false);
    pass(rate, 10, 20);
    expect(keepsNominal(rate)).toBe(true);
    pass(rate, 20, 30);
    expect(availableAt(rate, 40)).toBe(30 + WINDOW_MS);
    changeNominal(rate, 25, 500);
    expect(takeAll(rate, 500 + WINDOW_MS - 1)).toBe(20);
    expect(takeAll(rate, 500 + WINDOW_MS)).toBe(5);
    expect(() => changeNominal(rate, -1, 0)).toThrow(RangeError);
  });
});

describe("throttling by the carrier", () => {
  const roundTripMsArbitrary = fc.integer({ min: 1, max: 60 });
  const from = (moments: readonly number[], startMs: number): number =>
    moments.filter((at) => at >= startMs).length;

  test("costs less than a second after it ends", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 400 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 1, max: 4_000 }),
        roundTripMsArbitrary,
        chanceArbitrary,
        (nominal, least, endsAt, roundTripMs, chance) => {
          // Three windows full of messages; what was refused last has used up the first one of ours.
          const deadline = endsAt + 3 * (WINDOW_MS + roundTripMs) + 1_000;
          const few = least === 0 ? () => false : byInterval(Math.min(least, nominal));
          const limiter: Limiter = (at) => at >= endsAt || few(at);
          const rate = createRate(nominal);
          const { acceptedAt } = sendAgainst({ rate, limiter, roundTripMs, endMs: deadline, chance });
          expect(acceptedAt.length).toBeGreaterThanOrEqual(3 * nominal);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is answered by a handful of probes a second, not by a storm", () => {
    fc.assert(
      fc.property(roundTripMsArbitrary, chanceArbitrary, (roundTripMs, chance) => {
        const never: Limiter = () => false;
        const rate = createRate(1_000);
        const { refusedAt } = sendAgainst({ rate, limiter: never, roundTripMs, endMs: 10_000, chance });
        expect(refusedAt.length).toBeLessThanOrEqual(50 + 10 * 7 + 3);
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ["counts by intervals", byInterval],
    ["counts the last second", byLastSecond],
  ])("below our own rate settles at nearly all that the carrier takes, if it %s", (_, limiterOf) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 2, max: 10 }),
        fc.constantFrom(20, 200),
        roundTripMsArbitrary,
        chanceArbitrary,
        (limit, times, window, roundTripMs, chance) => {
          const rate = createRate(times * limit);
          const limiter = limiterOf(limit);
          const { acceptedAt, refusedAt } = sendAgainst({
            ...{ rate, limiter, roundTripMs, endMs: 10_000, chance, window },
          });
          const reachable = Math.min(limit, (window * 1_000) / (roundTripMs + 1));
          expect(from(acceptedAt, 2_000)).toBeGreaterThan(8 * 0.85 * reachable);
          expect(from(refusedAt, 2_000)).toBeLessThan(8 * (5 + 0.35 * limit));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("pauses once for all messages that were in flight, then probes with a single one", () => {
    const rate = createRate(1_000);
    for (let message = 0; message < 20; message += 1) take(rate, 0);
    for (let number = 1; number <= 20; number += 1) refuse(rate, { number, leftAt: 0 }, 5);
    expect(currentPerSecond(rate)).toBe(1);
    expect(availableAt(rate, 5)).toBe(105);
    expect([take(rate, 104), take(rate, 105), take(rate, 106)]).toEqual([false, true, false]);
    refuse(rate, { number: 21, leftAt: 105 }, 110);
    expect(availableAt(rate, 110)).toBe(310);
  });

  test("leaves as many as the carrier took in the second before", () => {
    const rate = createRate(100);
    for (let message = 0; message < 40; message += 1) take(rate, 0);
    answered(rate, 39, 10);
    succeeded(rate, 39, 10);
    refuse(rate, { number: 40, leftAt: 0 }, 10);
    expect(currentPerSecond(rate)).toBe(39);
    expect(takeAll(rate, WINDOW_MS)).toBe(1);
    pass(rate, 1, WINDOW_MS + 20);
    expect(takeAll(rate, WINDOW_MS + 20)).toBe(38 + 1);
  });

  test("that has passed lets the rate grow with every answer, by one, two, four, …", () => {
    const rate = createRate(20);
    take(rate, 0);
    refuse(rate, { number: 1, leftAt: 0 }, 0);
    const grown: number[] = [];
    for (let at = PAUSE_MAX_MS; at < PAUSE_MAX_MS + 400; at += 50) {
      const taken = takeAll(rate, at);
      grown.push(taken);
      if (taken > 0) pass(rate, taken, at + 20);
    }
    expect(grown).toEqual([1, 1, 2, 4, 8, 3, 0, 0]);
    expect(currentPerSecond(rate)).toBe(20);
  });

  test("is tried again after a while, and costs a single message where the limit stands", () => {
    const rate = createRate(100);
    for (let message = 0; message < 11; message += 1) take(rate, 0);
    answered(rate, 10, 10);
    refuse(rate, { number: 11, leftAt: 0 }, 10);
    const tried = 10 + PAUSE_MAX_MS;
    expect(availableAt(rate, 20)).toBe(tried);
    take(rate, tried);
    refuse(rate, { number: 12, leftAt: tried }, tried + 10);
    expect(currentPerSecond(rate)).toBe(10);
    expect(availableAt(rate, tried + 20)).toBe(tried + 10 + PAUSE_MAX_MS);
  });

  test("with a wish of the carrier's own is respected, up to a minute", () => {
    const rate = createRate(100);
    take(rate, 0);
    take(rate, 0);
    refuse(rate, { number: 1, leftAt: 0 }, 0, 0.5, 2_000);
    expect(availableAt(rate, 0)).toBe(2_000);
    refuse(rate, { number: 2, leftAt: 0 }, 10, 0.5, 3_600_000);
    expect(availableAt(rate, 10)).toBe(10 + PAUSE_HINT_MAX_MS);
  });

  test("does not wait for ever for the answer to a probe", () => {
    const rate = createRate(100);
    take(rate, 0);
    refuse(rate, { number: 1, leftAt: 0 }, 0);
    take(rate, PAUSE_MAX_MS);
    expect(take(rate, PAUSE_MAX_MS + PROBE_PATIENCE_MS - 1)).toBe(false);
    expect(take(rate, PAUSE_MAX_MS + PROBE_PATIENCE_MS)).toBe(true);
  });

  test("is not over because an older message was accepted", () => {
    const rate = createRate(100);
    take(rate, 0);
    take(rate, 0);
    refuse(rate, { number: 2, leftAt: 0 }, 5);
    answered(rate, 1, 6);
    succeeded(rate, 1, 6);
    expect(take(rate, 7)).toBe(false);
  });
});
