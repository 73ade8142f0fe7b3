import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryChance } from "#adapters/memory/chance.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { createPacing, northAmericanPace } from "#core/use-cases/pacing.ts";

const chance = memoryChance(1);
const NUMBERS = ["12025550001", "12025550002", "447700900001"] as Msisdn[];

/** Asks for segments of any number at any time; answers when each left. */
const asksArbitrary = fc.array(
  fc.record({
    afterMs: fc.nat({ max: 300 }),
    source: fc.constantFrom(...NUMBERS),
    wanted: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 80, size: "max" },
);

const within = (moments: readonly number[], ms: number): number =>
  Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at < from + ms).length));

describe("the pace", () => {
  test("of an account, and of each North American number, is never exceeded within any second", () => {
    fc.assert(
      fc.property(asksArbitrary, fc.integer({ min: 1, max: 6 }), (asks, perSecond) => {
        const pacing = createPacing({ accountRates: { smpp: perSecond, http: 1 } }, chance);
        const left: { readonly at: number; readonly source: Msisdn }[] = [];
        let now = 1_000;
        for (const { afterMs, source, wanted } of asks) {
          now += afterMs;
          const taken = pacing.take("smpp", source, wanted, now);
          expect(taken).toBeLessThanOrEqual(wanted);
          for (let i = 0; i < taken; i += 1) left.push({ at: now, source });
        }
        expect(
          within(
            left.map(({ at }) => at),
            1_000,
          ),
        ).toBeLessThanOrEqual(perSecond);
        for (const number of NUMBERS.slice(0, 2)) {
          const own = left.filter(({ source }) => source === number).map(({ at }) => at);
          expect(within(own, 1_000)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("is shared out among those who send, and never faster than the account's", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.2, 0.5, 1, 3, 30, Number.POSITIVE_INFINITY),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
        (rate, shares) => {
          const pacing = createPacing({ accountRates: { smpp: rate, http: rate } }, chance);
          for (const dispatchers of shares) {
            pacing.share(dispatchers);
            for (const kind of ["smpp", "http"] as const)
              expect(pacing.perSecond(kind, 1_000)).toBeLessThanOrEqual(rate);
          }
          if (rate >= 6 && rate < 100) expect(pacing.perSecond("smpp", 1_000)).toBe(rate / shares.at(-1)!);
        },
      ),
    );
  });

  test("of one number is not forgotten while it is used, however many others there are", () => {
    const pacing = createPacing({ accountRates: { smpp: Number.POSITIVE_INFINITY, http: 1 } }, chance);
    const busy = "12025550001" as Msisdn;
    const other = (n: number) => `1303${String(n).padStart(7, "0")}` as Msisdn;
    expect(pacing.take("smpp", busy, 1, 0)).toBe(1);
    for (let n = 0; n < 19_999; n += 1) pacing.take("smpp", other(n), 1, 1);
    expect(pacing.take("smpp", busy, 1, 2_000)).toBe(1);
    pacing.take("smpp", other(19_999), 1, 2_001);
    expect(pacing.take("smpp", busy, 1, 2_002)).toBe(0);
  });

  test("of a long code is one a second; other countries have none of their own", () => {
    expect(northAmericanPace("12025550001" as Msisdn)).toBe(1);
    expect(northAmericanPace("447700900001" as Msisdn)).toBeNull();
  });

  test("slows down when the carrier says so, for as long as it says", () => {
    const pacing = createPacing({ accountRates: { smpp: 10, http: 10 } }, chance);
    pacing.throttled("smpp", 1_000, 5_000);
    expect(pacing.openAt("smpp", 1_001)).toBeGreaterThanOrEqual(6_000);
    expect(pacing.openAt("http", 1_001)).toBe(1_001);
  });
});
