import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { memoryNumberMarket } from "#adapters/memory/number-market.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { MarketFailure, OfferedNumber } from "#core/ports/number-market.ts";
import { rentNumbers } from "#core/use-cases/rent-numbers.ts";
import { rentWithinBudget } from "#core/use-cases/rent-within-budget.ts";
import { aConversation, aNumber, aParticipant, NOON, openingOf } from "#test/support/traffic-builders.ts";

const offers: readonly OfferedNumber[] = Array.from({ length: 30 }, (_, n) => ({
  number: `44770090${String(n).padStart(4, "0")}` as Msisdn,
  country: "GB",
  features: ["SMS"],
  monthlyCost: "1.00",
}));

const failureArbitrary = fc.record({
  kind: fc.constantFrom("taken" as const, "refused" as const, "unavailable" as const),
  code: fc.constant("x"),
  detail: fc.constant("for a test"),
});

const createHarness = (troubles: (MarketFailure | null)[] = []) => {
  const clock = memoryClock(NOON);
  const tables = emptyTables();
  const storage = memoryStorage({ clock, tables });
  const market = memoryNumberMarket({ offers, trouble: () => troubles.shift() ?? null });
  const ids = memoryIds({ clock });
  const journal = recordedJournal();
  const ports = { market, numbers: storage.numbers, clock, ids, journal };
  /** The same, in another process. */
  const otherPorts = { ...ports, numbers: memoryStorage({ clock, tables }).numbers };
  const ours = async () =>
    (await storage.numbers.list(null, { limit: 200, after: null })).items.map(({ number }) => number);
  return { storage, market, ports, otherPorts, journal, rent: rentNumbers(ports), ours };
};

const ASKED = { serviceId: DEFAULT_SERVICE_ID, country: "GB", features: ["SMS"] };

describe("renting numbers", () => {
  test("puts into the pool only what is rented and whose texts come to us, and says why it is not more", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(failureArbitrary, { freq: 2 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        async (troubles, count) => {
          const harness = createHarness([...troubles]);
          const { rented, failure } = await harness.rent({ ...ASKED, count });
          const numbers = rented.map(({ number }) => number);
          expect((await harness.ours()).sort()).toEqual([...numbers].sort());
          for (const number of numbers) expect(harness.market.configured()).toContain(number);
          expect(failure === null).toBe(rented.length === count);
        },
      ),
    );
  });

  test("gives back what cannot be directed to us", async () => {
    const refused: MarketFailure = { kind: "refused", code: "x", detail: "for a test" };
    // Searched, rented, and then not configured.
    const harness = createHarness([null, null, refused]);
    expect(await harness.rent({ ...ASKED, count: 1 })).toEqual({ rented: [], failure: refused });
    expect(harness.market.rented()).toEqual([]);
  });

  test("never rents a participant's own number, but the next one", async () => {
    const harness = createHarness();
    const own = offers[0]!.number;
    const [v, w] = [aNumber(), aNumber()];
    for (const number of [v, w]) await harness.storage.numbers.add(number);
    const participants = [aParticipant(v.number, { number: own }), aParticipant(w.number)] as const;
    await harness.storage.conversations.open(openingOf(aConversation(participants)));
    const { rented } = await harness.rent({ ...ASKED, count: 1 });
    expect(rented.map(({ number }) => number)).toEqual([offers[1]!.number]);
    expect(harness.market.rented()).toEqual([offers[1]!.number]);
  });
});

describe("what an operator is told of renting", () => {
  test("is each renting, why one is refused, and that a budget is spent", async () => {
    const refused: MarketFailure = { kind: "refused", code: "x", detail: "for a test" };
    const { ports, journal } = createHarness([null, null, null, null, refused]);
    const rentMore = rentWithinBudget(ports, new Map([["GB", 2]]));
    for (const _ of [1, 2, 3, 4]) await rentMore("GB", DEFAULT_SERVICE_ID);
    expect(journal.entries()).toEqual([
      { event: "numbersRented", fact: { country: "GB", numbers: 1, tookMs: 0 } },
      { event: "rentingRefused", fact: { country: "GB", code: "x", detail: "for a test" } },
      { event: "numbersRented", fact: { country: "GB", numbers: 1, tookMs: 0 } },
      { event: "rentingBudgetSpent", fact: { country: "GB", budget: 2 } },
    ]);
  });
});

describe("renting within a budget", () => {
  test("never goes beyond it, and rents one for all who wait at the same time", async () => {
    const harness = createHarness();
    const rentMore = rentWithinBudget(harness.ports, new Map([["GB", 2]]));
    expect(
      await Promise.all([
        rentMore("GB", DEFAULT_SERVICE_ID),
        rentMore("GB", DEFAULT_SERVICE_ID),
        rentMore("GB", DEFAULT_SERVICE_ID),
      ]),
    ).toEqual([true, true, true]);
    expect(harness.market.rented()).toHaveLength(1);
    expect(await rentMore("GB", DEFAULT_SERVICE_ID)).toBe(true);
    expect(await rentMore("GB", DEFAULT_SERVICE_ID)).toBe(false);
    expect(harness.market.rented()).toHaveLength(2);
  });

  test("is not exceeded by two processes that run out at the same time", async () => {
    const harness = createHarness();
    const budget = new Map([["GB", 1]]);
    const processes = [harness.ports, harness.otherPorts].map((ports) => rentWithinBudget(ports, budget));
    const answers = await Promise.all(processes.map((rentMore) => rentMore("GB", DEFAULT_SERVICE_ID)));
    expect(answers.sort()).toEqual([false, true]);
    expect(harness.market.rented()).toHaveLength(1);
  });

  test("has its place again when the carrier had nothing to rent", async () => {
    const refused: MarketFailure = { kind: "refused", code: "x", detail: "for a test" };
    const harness = createHarness([refused]);
    const rentMore = rentWithinBudget(harness.ports, new Map([["GB", 1]]));
    expect(await rentMore("GB", DEFAULT_SERVICE_ID)).toBe(false);
    expect(await rentMore("GB", DEFAULT_SERVICE_ID)).toBe(true);
  });

  test("rents for a territory in a country whose plan it shares, and in no other", async () => {
    const harness = createHarness();
    const rentMore = rentWithinBudget(harness.ports, new Map([["GB", 1]]));
    expect(await rentMore("US", DEFAULT_SERVICE_ID)).toBe(false);
    expect(await rentMore("JE", DEFAULT_SERVICE_ID)).toBe(true);
    expect(harness.market.rented()).toHaveLength(1);
    expect(await rentMore("JE", DEFAULT_SERVICE_ID)).toBe(false);
  });

  test("rents nothing in a country without one", async () => {
    const harness = createHarness();
    expect(await rentWithinBudget(harness.ports, new Map())("GB", DEFAULT_SERVICE_ID)).toBe(false);
    expect(harness.market.rented()).toEqual([]);
  });
});
