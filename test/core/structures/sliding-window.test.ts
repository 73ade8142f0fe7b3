import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createSlidingWindow,
  giveBackSlots,
  slotFreeAt,
  slotsOf,
  takeSlot,
  WINDOW_MS,
} from "#core/structures/sliding-window.ts";
import { type Arrival, arrivalArbitrary, crowdedSeconds, pauseArbitrary } from "#test/core/carrier-clock.ts";

const limitArbitrary = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.double({ min: 1, max: 30, noNaN: true }));

const stepArbitrary = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("send" as const), times: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: pauseArbitrary }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      which: fc.nat({ max: 40 }),
      count: fc.integer({ min: 1, max: 20 }),
      arrivals: fc.array(arrivalArbitrary, { minLength: 20, maxLength: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("change" as const), limit: limitArbitrary }) },
);

describe("the slots of a limit", () => {
  test("let no more arrive in any second, whatever happens to messages and answers on their way", () => {
    fc.assert(
      fc.property(limitArbitrary, fc.array(stepArbitrary, { maxLength: 80, size: "max" }), (first, steps) => {
        const window = createSlidingWindow();
        const underWay: { readonly nth: number; readonly limit: number; readonly left: number }[] = [];
        const arrivals: Arrival[] = [];
        let limit = first;
        let nth = 0;
        let now = 0;
        for (const step of steps) {
          // What a clock shows of real time.
          const shown = Math.floor(now);
          if (step.kind === "wait") now += step.ms;
          else if (step.kind === "change") limit = step.limit;
          else if (step.kind === "send") {
            for (let times = step.times; times > 0 && slotFreeAt(window, limit, shown) <= shown; times -= 1) {
              takeSlot(window);
              nth += 1;
              underWay.push({ nth, limit: slotsOf(limit), left: now });
            }
          } else {
            const answered = underWay.splice(step.which % Math.max(1, underWay.length), step.count);
            for (const [i, message] of answered.entries()) {
              arrivals.push({ ...message, at: message.left + step.arrivals[i]! * (now - message.left) });
            }
            giveBackSlots(window, answered.length, shown);
          }
        }
        // What is never answered arrives at once, or after everything.
        for (const message of underWay)
          arrivals.push({ ...message, at: message.nth % 2 ? message.left : now });
        expect(crowdedSeconds(arrivals)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("are free as soon as a window has passed since the answers, no sooner and no later", () => {
    fc.assert(
      fc.property(
        fc.oneof(limitArbitrary, fc.constantFrom(0, 0.2, 0.5, Number.POSITIVE_INFINITY)),
        fc.array(fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 8 }), fc.nat({ max: 600 })), { maxLength: 60 }),
        (limit, steps) => {
          const window = createSlidingWindow();
          const answeredAt: number[] = [];
          let underWay = 0;
          let now = 0;
          const spanMs = limit < 1 ? WINDOW_MS / limit : WINDOW_MS;
          const isFree = (at: number): boolean =>
            underWay + answeredAt.filter((each) => each > at - spanMs).length < slotsOf(limit);
          for (const [sends, answers, ms] of steps) {
            for (let i = 0; i < sends && slotFreeAt(window, limit, now) <= now; i += 1) {
              takeSlot(window);
              underWay += 1;
            }
            const answered = Math.min(answers, underWay);
            if (answered > 0) giveBackSlots(window, answered, now);
            underWay -= answered;
            for (let i = 0; i < answered; i += 1) answeredAt.push(now);
            const free = slotFreeAt(window, limit, now);
            expect(free <= now).toBe(isFree(now));
            // Without another answer it is not free before it says so.
            if (free > now && Number.isFinite(free)) expect(isFree(free - 1)).toBe(false);
            if (free > now && underWay < slotsOf(limit)) expect(isFree(free)).toBe(true);
            now += ms;
          }
        },
      ),
    );
  });

  test("are all used by whoever asks again when told to", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 100 }),
        (limit, roundTripMs) => {
          const window = createSlidingWindow();
          const rounds = 5;
          const due: number[] = [];
          let left = 0;
          for (let now = 0; now < rounds * (WINDOW_MS + roundTripMs); now += 1) {
            while (due[0] === now) {
              due.shift();
              giveBackSlots(window, 1, now);
            }
            while (slotFreeAt(window, limit, now) <= now) {
              takeSlot(window);
              left += 1;
              if (roundTripMs === 0) giveBackSlots(window, 1, now);
              else due.push(now + roundTripMs);
            }
          }
          expect(left).toBe(rounds * limit);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("of a rate between two whole numbers are the lower one, and at least one", () => {
    expect([0, 0.2, 1, 1.9, 29.6, Number.POSITIVE_INFINITY].map(slotsOf)).toEqual([
      ...[0, 1, 1, 1, 29],
      Number.POSITIVE_INFINITY,
    ]);
  });

  test("of a slow rate are one, and messages as far apart as it says", () => {
    const window = createSlidingWindow();
    expect(slotFreeAt(window, 0.5, 0)).toBe(0);
    takeSlot(window);
    expect(slotFreeAt(window, 0.5, 10)).toBe(10 + 2 * WINDOW_MS);
    giveBackSlots(window, 1, 20);
    expect(slotFreeAt(window, 0.5, 30)).toBe(20 + 2 * WINDOW_MS);
    expect(slotFreeAt(createSlidingWindow(), 0, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test("are counted by whole milliseconds, rounded up", () => {
    const window = createSlidingWindow();
    takeSlot(window);
    giveBackSlots(window, 1, 0.2);
    expect(slotFreeAt(window, 1, 1)).toBe(1 + WINDOW_MS);
  });

  test("take no more memory the more there are", () => {
    const window = createSlidingWindow();
    for (let now = 0; now < 3_000; now += 1) {
      for (let i = 0; i < 50; i += 1) if (slotFreeAt(window, 40_000, now) <= now) takeSlot(window);
      if (now > 5) giveBackSlots(window, Math.min(40, window.underWay), now);
    }
    expect(window.cooling.total).toBeGreaterThan(30_000);
    expect(window.cooling.moments.length).toBeLessThanOrEqual(1_024);
  });
});
