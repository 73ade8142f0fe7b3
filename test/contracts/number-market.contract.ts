import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { NumberMarket, NumberQuery } from "#core/ports/number-market.ts";

export interface NumberMarketHarness {
  readonly market: NumberMarket;
  /** Has at least 3 numbers on offer that can carry SMS. */
  readonly country: string;
  /** Somebody else has it. */
  readonly taken: Msisdn;
  close(): Promise<void>;
}

/** What every `NumberMarket` promises. */
export const numberMarketContract = (name: string, create: () => Promise<NumberMarketHarness>): void => {
  describe(`the number market of ${name}`, () => {
    const withMarket = async (run: (harness: NumberMarketHarness) => Promise<void>): Promise<void> => {
      const harness = await create();
      await run(harness).finally(() => harness.close());
    };

    test("offers what is asked for: country, features, digits, and no more than wanted", () =>
      withMarket(async ({ market, country }) => {
        const offers = await search(market, { country });
        expect(offers.length).toBeGreaterThanOrEqual(3);
        for (const offer of offers) {
          expect(offer.country).toBe(country);
          expect(offer.features).toContain("SMS");
        }
        expect(await search(market, { country, limit: 1 })).toHaveLength(1);
        const digits = offers[0]!.number.slice(-4);
        const found = await search(market, { country, contains: digits });
        expect(found.map(({ number }) => number)).toContain(offers[0]!.number);
        for (const { number } of found) expect(number).toContain(digits);
      }));

    test("lets a number be rented and configured, and again", () =>
      withMarket(async ({ market, country }) => {
        const { number } = (await search(market, { country }))[0]!;
        for (let time = 0; time < 2; time += 1) {
          expect(await market.rent(number, country)).toEqual({ ok: true, value: undefined });
          expect(await market.configure(number, country)).toEqual({ ok: true, value: undefined });
        }
        expect((await search(market, { country })).map((offer) => offer.number)).not.toContain(number);
      }));

    test("takes a number back, also one that is not ours", () =>
      withMarket(async ({ market, country }) => {
        const { number } = (await search(market, { country }))[0]!;
        await market.rent(number, country);
        for (let time = 0; time < 2; time += 1) {
          expect(await market.release(number, country)).toEqual({ ok: true, value: undefined });
        }
      }));

    test("refuses a number that somebody else has, without repeating it", () =>
      withMarket(async ({ market, country, taken }) => {
        const rented = await market.rent(taken, country);
        expect(rented).toMatchObject({
          ok: false,
          error: { kind: expect.stringMatching(/^(taken|refused)$/) },
        });
        expect(JSON.stringify(rented)).not.toContain(taken);
      }));
  });
};

const search = async (market: NumberMarket, query: Partial<NumberQuery>) => {
  const found = await market.search({
    country: "GB",
    features: ["SMS"],
    contains: null,
    limit: 100,
    ...query,
  });
  if (!found.ok) throw new Error(`Cannot search: ${found.error.detail}`);
  return found.value;
};
