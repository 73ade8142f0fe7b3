import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryNumberMarket } from "#adapters/memory/number-market.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { REASSIGN_AFTER_MS } from "#core/domain/reassigning.ts";
import type { MarketFailure } from "#core/ports/number-market.ts";
import { releaseNumber } from "#core/use-cases/release-number.ts";
import { aConversation, aNumber, aParticipant, NOON, openingOf } from "#test/support/traffic-builders.ts";

const createHarness = async () => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  const [v, w] = [aNumber(), aNumber()];
  for (const number of [v, w]) await storage.numbers.add(number);
  let trouble: MarketFailure | null = null;
  const offers = [v, w].map(({ number, country, features }) => ({
    number,
    country,
    features,
    monthlyCost: null,
  }));
  const market = memoryNumberMarket({ offers, trouble: () => trouble });
  for (const { number } of offers) await market.rent(number, "GB");
  const release = releaseNumber({ market, numbers: storage.numbers, clock });
  const fail = (failure: MarketFailure | null) => {
    trouble = failure;
  };
  return { clock, storage, market, v: v.number, w: w.number, release, fail };
};

describe("giving a number back", () => {
  test("is done when nobody uses it, once; and a number that is not ours is none", async () => {
    const { release, market, storage, v } = await createHarness();
    expect(await release(v)).toEqual({ kind: "released" });
    expect(market.rented()).not.toContain(v);
    expect(await storage.numbers.get(v)).toBeNull();
    expect(await release(v)).toEqual({ kind: "unknown" });
  });

  test("waits for its routes to end, for their quarantine and for late texts, and takes no new ones meanwhile", async () => {
    const { clock, release, storage, v, w, market } = await createHarness();
    const conversation = aConversation([aParticipant(v), aParticipant(w)]);
    await storage.conversations.open(openingOf(conversation));
    expect(await release(v)).toEqual({ kind: "in-use" });
    const another = openingOf(aConversation([aParticipant(v), aParticipant(w)]));
    expect(await storage.conversations.open(another)).toEqual({ kind: "conflict" });
    const closing = {
      reason: "requested",
      at: NOON,
      quarantinedUntil: NOON + 1_000,
      unlessTextedAfter: null,
    };
    await storage.conversations.close({ id: conversation.id, ...closing });
    expect(await release(v)).toEqual({ kind: "in-use" });
    expect(market.rented()).toContain(v);
    clock.advance(1_000);
    const from = NOON + 1_000 + REASSIGN_AFTER_MS;
    expect(await release(v)).toEqual({ kind: "used-lately", from });
    clock.advance(REASSIGN_AFTER_MS - 1);
    expect(await release(v)).toEqual({ kind: "used-lately", from });
    expect(market.rented()).toContain(v);
    clock.advance(1);
    expect(await release(v)).toEqual({ kind: "released" });
  });

  test("leaves it with us when the carrier refuses, to be tried again", async () => {
    const { release, storage, v, fail } = await createHarness();
    const failure: MarketFailure = { kind: "unavailable", code: "x", detail: "for a test" };
    fail(failure);
    expect(await release(v)).toEqual({ kind: "market", failure });
    expect(await storage.numbers.get(v)).toMatchObject({ state: "draining" });
    fail(null);
    expect(await release(v)).toEqual({ kind: "released" });
  });
});
