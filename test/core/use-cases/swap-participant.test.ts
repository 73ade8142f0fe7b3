import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryNumberInsight } from "#adapters/memory/number-insight.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { rulesOf } from "#core/ports/services.ts";
import { swapParticipant } from "#core/use-cases/swap-participant.ts";
import {
  aConversation,
  aNumber,
  aParticipant,
  freshNumber,
  NOON,
  openingOf,
} from "#test/support/traffic-builders.ts";

const insight = memoryNumberInsight({ ranges: [{ prefix: "44", country: "GB", callingCode: "44" }] });

const createHarness = async () => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  const [v, w] = [freshNumber(), freshNumber()];
  for (const number of [v, w]) await storage.numbers.add(aNumber(number));
  const [rider, driver] = [aParticipant(v), aParticipant(w)];
  const conversation = aConversation([rider, driver]);
  await storage.conversations.open(openingOf(conversation));
  let rentals = 0;
  const rentMore = async (country: string): Promise<boolean> => {
    rentals += 1;
    await storage.numbers.add(aNumber(freshNumber(), { country }));
    return true;
  };
  const swap = swapParticipant({
    ...{ conversations: storage.conversations, insight, clock, rentMore },
    rulesOf: rulesOf(storage.services, { messageTtlMs: 1_000, quarantineMs: 5_000 }),
  });
  const joining = (number: Msisdn = freshNumber()) => ({ number, name: "Cy", intro: null, country: null });
  const input = { conversationId: conversation.id, leaving: driver.id, intro: true };
  return {
    clock,
    storage,
    rider,
    driver,
    conversation,
    swap,
    joining,
    input,
    ids: memoryIds({ clock, process: 5 }),
    rentals: () => rentals,
  };
};

describe("swapping a participant", () => {
  test("keeps the other one's thread, and quarantines the pair of the one who left", async () => {
    const { storage, swap, input, joining, ids, rider, driver } = await createHarness();
    const outcome = await swap({ ...input, joining: joining() }, ids);
    if (outcome.kind !== "swapped") throw new Error(outcome.kind);
    const [stayed, joined] = outcome.conversation.participants;
    expect(stayed.id).toBe(rider.id);
    expect(joined.virtualNumber).toBe(driver.virtualNumber);
    const [rideToNew, left] = await storage.traffic.routes([
      { sender: rider.number, virtualNumber: driver.virtualNumber },
      { sender: driver.number, virtualNumber: rider.virtualNumber },
    ]);
    expect(rideToNew).toMatchObject({ recipient: joined.number, closedAt: null });
    expect(left).toMatchObject({ closedAt: NOON, quarantinedUntil: NOON + 5_000 });
  });

  test("repeated with the same ids is done once", async () => {
    const harness = await createHarness();
    const input = { ...harness.input, joining: harness.joining() };
    const repeatable = () => memoryIds({ clock: memoryClock(NOON), process: 7 });
    const first = await harness.swap(input, repeatable());
    expect(first.kind).toBe("swapped");
    expect(await harness.swap(input, repeatable())).toEqual(first);
  });

  test("asked for twice at once by different clients is done by one of them", async () => {
    const { swap, input, joining, ids } = await createHarness();
    const outcomes = await Promise.all([
      swap({ ...input, joining: joining() }, ids),
      swap({ ...input, joining: joining() }, ids),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["not-found", "swapped"]);
  });

  test("rents at most one number, since one is all that the new one needs", async () => {
    const harness = await createHarness();
    // The only number that the new one could text is taken, for them.
    const busy = harness.joining();
    const other = aConversation([
      aParticipant(harness.rider.virtualNumber),
      aParticipant(harness.driver.virtualNumber, { number: busy.number }),
    ]);
    const third = aConversation([
      aParticipant(harness.driver.virtualNumber),
      aParticipant(harness.rider.virtualNumber, { number: busy.number }),
    ]);
    for (const each of [other, third]) await harness.storage.conversations.open(openingOf(each));
    expect((await harness.swap({ ...harness.input, joining: busy }, harness.ids)).kind).toBe("swapped");
    expect(harness.rentals()).toBe(1);
  });

  test("is refused in a closed conversation, for a stranger, and for a number that does not exist", async () => {
    const { storage, swap, input, joining, ids, conversation } = await createHarness();
    expect(await swap({ ...input, conversationId: "none", joining: joining() }, ids)).toEqual({
      kind: "not-found",
    });
    expect(await swap({ ...input, leaving: "nobody", joining: joining() }, ids)).toEqual({
      kind: "not-found",
    });
    expect((await swap({ ...input, joining: joining("99900000000" as Msisdn) }, ids)).kind).toBe(
      "invalid-number",
    );
    const closing = { reason: "requested", at: NOON, quarantinedUntil: NOON, unlessTextedAfter: null };
    await storage.conversations.close({ id: conversation.id, ...closing });
    expect(await swap({ ...input, joining: joining() }, ids)).toEqual({ kind: "closed" });
  });
});
