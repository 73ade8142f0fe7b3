import { expect, test } from "vitest";
import { memoryNumberInsight } from "#adapters/memory/number-insight.ts";
import { memoryNumberMarket } from "#adapters/memory/number-market.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { MarketFailure } from "#core/ports/number-market.ts";
import { numberInsightContract } from "#test/contracts/number-insight.contract.ts";
import { numberMarketContract } from "#test/contracts/number-market.contract.ts";
import { freshNumber } from "#test/support/traffic-builders.ts";

const offers = Array.from({ length: 5 }, (_, i) => ({
  number: freshNumber(),
  country: i === 4 ? "US" : "GB",
  features: i === 3 ? ["VOICE"] : ["SMS", "VOICE"],
  monthlyCost: "1.25",
}));

numberMarketContract("the memory", async () => {
  const market = memoryNumberMarket({ offers: [...offers, { ...offers[0]!, number: TAKEN }] });
  market.snatch(TAKEN);
  return { market, country: "GB", taken: TAKEN, close: async () => {} };
});

const TAKEN = "447700999999" as Msisdn;

numberInsightContract("the memory", async () => ({
  insight: memoryNumberInsight({
    ranges: [
      { prefix: "1", country: "US", callingCode: "1" },
      { prefix: "1416", country: "CA", callingCode: "1" },
    ],
  }),
  known: { kind: "valid", number: "14165550100" as Msisdn, country: "CA", callingCode: "1" },
  unknown: "447700900000" as Msisdn,
  close: async () => {},
}));

test("trouble of the market and of the insight are values", async () => {
  const trouble: MarketFailure = { kind: "unavailable", code: "503", detail: "the service is out of order" };
  const market = memoryNumberMarket({ offers, trouble: () => trouble });
  expect(await market.rent(offers[0]!.number, "GB")).toEqual({ ok: false, error: trouble });
  expect(market.rented()).toEqual([]);
  const insight = memoryNumberInsight({ ranges: [], isDown: () => true });
  expect(await insight.lookup(offers[0]!.number, null)).toMatchObject({ kind: "unavailable" });
});

test("what is rented and configured shows", async () => {
  const market = memoryNumberMarket({ offers });
  const number = offers[0]!.number;
  expect(await market.configure(number, "GB")).toMatchObject({ ok: false });
  await market.rent(number, "GB");
  await market.configure(number, "GB");
  expect([market.rented(), market.configured()]).toEqual([[number], [number]]);
  await market.release(number, "GB");
  expect([market.rented(), market.configured()]).toEqual([[], []]);
});
