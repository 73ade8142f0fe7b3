import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryChance } from "#adapters/memory/chance.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import {
  createPacing,
  type Departure,
  northAmericanPace,
  type Pacing,
} from "#core/engine/outbound/pacing.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";
import { WINDOW_MS } from "#core/structures/sliding-window.ts";
import { type Arrival, arrivalArbitrary, crowdedSeconds, pauseArbitrary } from "#test/core/carrier-clock.ts";

const NUMBERS = ["12025550001", "12025550002", "447700900001"] as Msisdn[];
const ACCEPTED: SendOutcome = { kind: "accepted", carrierIds: [] };

const outcomeArbitrary = fc.constantFrom<SendOutcome>(
  ACCEPTED,
  { kind: "unknown", carrierIds: [] },
  { kind: "unsent" },
  { kind: "more", carrierIds: [] },
  { kind: "retry", carrierIds: [], failure: { code: "scripted", detail: "" } },
  { kind: "throttled", carrierIds: [], waitMs: null },
);

/** What may happen to any of `processes` that share an account. */
const stepArbitrary = (processes: number) =>
  fc.record({
    afterMs: pauseArbitrary,
    process: fc.nat({ max: processes - 1 }),
    what: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant("send" as const),
          source: fc.constantFrom(...NUMBERS),
          wanted: fc.integer({ min: 1, max: 30 }),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant("answer" as const),
          which: fc.nat({ max: 20 }),
          outcome: outcomeArbitrary,
          arrivals: fc.array(arrivalArbitrary, { minLength: 30, maxLength: 30 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("move" as const), eighths: fc.nat({ max: 4 }) }),
      },
    ),
  });

interface Process {
  readonly pacing: Pacing;
  /** Its clock is this far from real time. */
  readonly skewMs: number;
  readonly underWay: { readonly departure: Departure; readonly source: Msisdn; readonly left: number }[];
  /** Parts that it has, and parts that it has promised to others. */
  eighths: number;
  leaving: number;
}

const alone = (accountRates: { readonly smpp: number; readonly http: number }): Pacing => {
  const pacing = createPacing({ accountRates }, memoryChance(1));
  pacing.share(1, -WINDOW_MS);
  return pacing;
};

const segmentsOf = (departure: Departure | null): number => departure?.segments ?? 0;

describe("the pace", () => {
  test("of an account and of a long code is never exceeded at the carrier, while parts of it move between processes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 60 }),
        fc.array(stepArbitrary(3), { maxLength: 100, size: "max" }),
        (perSecond, steps) => {
          const processes = [0, -40_000, 7_000].map((skewMs, i): Process => {
            const pacing = createPacing({ accountRates: { smpp: perSecond, http: 1 } }, memoryChance(i));
            return { pacing, skewMs, underWay: [], eighths: 0, leaving: 0 };
          });
          const arrivals: (Arrival & { readonly source: Msisdn })[] = [];
          let now = 0;
          let free = 8;
          let nth = 0;
          const settle = (): void => {
            for (const each of processes) {
              if (each.leaving === 0 || !each.pacing.keepsShare()) continue;
              free += each.leaving;
              each.leaving = 0;
            }
          };
          for (const { afterMs, process: place, what } of steps) {
            now += afterMs;
            const process = processes[place]!;
            const { pacing, underWay } = process;
            const clock = Math.floor(now + process.skewMs);
            if (what.kind === "send") {
              const departure = pacing.take("smpp", what.source, what.wanted, clock);
              if (departure) underWay.push({ departure, source: what.source, left: now });
            } else if (what.kind === "answer") {
              const [sent] = underWay.splice(what.which % Math.max(1, underWay.length), 1);
              if (!sent) continue;
              for (let i = 0; i < sent.departure.segments; i += 1) {
                nth += 1;
                const at = sent.left + what.arrivals[i]! * (now - sent.left);
                arrivals.push({ nth, limit: perSecond, at, source: sent.source });
              }
              pacing.answered(sent.departure, what.outcome, clock);
            } else {
              process.leaving += Math.max(0, process.eighths - what.eighths);
              const taken = Math.min(free, Math.max(0, what.eighths - process.eighths));
              free -= taken;
              process.eighths = Math.min(process.eighths, what.eighths) + taken;
              pacing.share(process.eighths / 8, clock);
            }
            settle();
          }
          expect(crowdedSeconds(arrivals)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("of a North American number is one in any second of the carrier", () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary(1), { maxLength: 100, size: "max" }), (steps) => {
        const pacing = alone({ smpp: 20, http: 1 });
        const underWay: Process["underWay"] = [];
        const arrivals = new Map<Msisdn, Arrival[]>(NUMBERS.map((number) => [number, []]));
        let now = 0;
        let nth = 0;
        for (const { afterMs, what } of steps) {
          now += afterMs;
          const clock = Math.floor(now);
          if (what.kind === "send") {
            const open =
              pacing.numberOpenAt(what.source, clock) <= clock && pacing.openAt("smpp", clock) <= clock;
            const departure = pacing.take("smpp", what.source, what.wanted, clock);
            expect(departure !== null).toBe(open);
            expect(segmentsOf(departure)).toBeLessThanOrEqual(what.wanted);
            if (departure) underWay.push({ departure, source: what.source, left: now });
          } else if (what.kind === "answer") {
            const [sent] = underWay.splice(what.which % Math.max(1, underWay.length), 1);
            if (!sent) continue;
            nth += 1;
            const at = sent.left + what.arrivals[0]! * (now - sent.left);
            arrivals.get(sent.source)!.push({ nth, limit: 1, at });
            pacing.answered(sent.departure, what.outcome, clock);
          }
        }
        for (const number of NUMBERS.slice(0, 2)) expect(crowdedSeconds(arrivals.get(number)!)).toEqual([]);
      }),
    );
  });

  test("is ours when we are told so, and for a second longer somebody else's", () => {
    const pacing = createPacing({ accountRates: { smpp: 30, http: 1 } }, memoryChance(1));
    const other = NUMBERS[2]!;
    expect(pacing.openAt("smpp", 0)).toBe(Number.POSITIVE_INFINITY);
    pacing.share(0.5, 1_000);
    expect(pacing.perSecond("smpp")).toBe(15);
    expect(pacing.openAt("smpp", 1_000)).toBe(1_000 + WINDOW_MS);
    expect(segmentsOf(pacing.take("smpp", other, 99, 1_000 + WINDOW_MS))).toBe(15);
    pacing.share(1, 10_000);
    expect(segmentsOf(pacing.take("smpp", other, 99, 10_000 + WINDOW_MS))).toBe(15);
  });

  test("is given away only when what is under way fits into the rest", () => {
    const pacing = alone({ smpp: 30, http: 30 });
    const departure = pacing.take("smpp", NUMBERS[2]!, 20, 0)!;
    pacing.share(0.5, 10);
    expect(pacing.keepsShare()).toBe(false);
    pacing.answered(departure, ACCEPTED, 20);
    expect(pacing.keepsShare()).toBe(true);
  });

  test("of one number is not forgotten while it is used, however many others there are", () => {
    const pacing = alone({ smpp: Number.POSITIVE_INFINITY, http: 1 });
    const busy = "12025550001" as Msisdn;
    const send = (number: Msisdn, now: number): void => {
      const departure = pacing.take("smpp", number, 1, now);
      if (departure && number !== busy) pacing.answered(departure, ACCEPTED, now);
    };
    send(busy, 0);
    for (let n = 0; n < 60_000; n += 1) send(`1303${String(n).padStart(7, "0")}` as Msisdn, n);
    expect(pacing.take("smpp", busy, 1, 60_000)).toBeNull();
  });

  test("of a long code is one a second; other countries have none of their own", () => {
    expect(northAmericanPace("12025550001" as Msisdn)).toBe(1);
    expect(northAmericanPace("447700900001" as Msisdn)).toBeNull();
  });

  test("slows down when the carrier says so, for as long as it says", () => {
    const pacing = alone({ smpp: 10, http: 10 });
    const departure = pacing.take("smpp", NUMBERS[2]!, 1, 1_000)!;
    pacing.answered(departure, { kind: "throttled", carrierIds: [], waitMs: 5_000 }, 1_000);
    expect(pacing.openAt("smpp", 1_001)).toBe(6_000);
    expect(pacing.openAt("http", 1_001)).toBe(1_001);
  });
});
