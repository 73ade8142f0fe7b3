import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { REASSIGN_AFTER_MS } from "#core/domain/reassigning.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { feed } from "#core/engine/outbound/feeder.ts";
import { rulesOf } from "#core/ports/services.ts";
import { dayOf, SPENT, spendingWithin } from "#core/ports/spending.ts";
import { introduceAgain } from "#core/use-cases/introduce-again.ts";
import { sendMessage } from "#core/use-cases/send-message.ts";
import { openFixture } from "#test/contracts/storage-fixture.ts";
import { freshId, HOUR, NOON } from "#test/support/traffic-builders.ts";

const setUp = async (cap: number | null, spendCap: number | null = null) => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  const { conversation, a } = await openFixture(storage);
  const { sums, events, conversations } = storage;
  if (spendCap !== null) await storage.services.change(DEFAULT_SERVICE_ID, { rules: { spendCap } });
  const rules = rulesOf(storage.services, { messageTtlMs: 48 * HOUR });
  const spending = spendingWithin(cap, { sums, events, clock, rulesOf: rules });
  const send = sendMessage({ conversations, clock, rulesOf: rules, spending });
  const ids = memoryIds({ clock });
  return {
    ...{ clock, storage, conversation, a, spending, ids, rules },
    say: async (isPromotional: boolean, text = "Half price") =>
      (await send({ conversationId: conversation.id, to: a.id, text, isPromotional }, ids)).kind,
    pass: () => feed({ storage, clock, ids: { next: freshId }, spending }, { messageTtlMs: 48 * HOUR }),
    spent: async (key = SPENT) => (await sums.since([key], dayOf(clock.now())))[0]?.[0]?.count ?? 0,
  };
};

test("texts that advertise are stopped where a day has cost what it may, and all others leave", async () => {
  const { clock, storage, say, spent } = await setUp(3);
  expect(await say(true)).toBe("queued");
  expect(await say(true, "x".repeat(200))).toBe("queued");
  expect([await say(true), await say(true), await say(false)]).toEqual(["spend-cap", "spend-cap", "queued"]);
  expect(await spent()).toBe(3);
  const page = await storage.events.read({ after: "first", types: ["abuse.spend-cap"], limit: 10 });
  expect(page).toMatchObject({
    items: [{ data: { cap: 3, of: "installation" }, serviceId: DEFAULT_SERVICE_ID }],
  });
  clock.advance(24 * HOUR);
  expect(await say(true)).toBe("queued");
});

test("whoever is introduced again is not, where a day has cost what it may, and the conversation goes on", async () => {
  for (const cap of [2, 1]) {
    const { clock, storage, conversation, spending, rules } = await setUp(cap);
    clock.advance(REASSIGN_AFTER_MS + 24 * HOUR);
    const { conversations } = storage;
    const [one, two] = conversation.participants;
    const introduce = introduceAgain({ conversations, clock, rulesOf: rules, spending });
    await introduce(conversation, [
      { ...one, intro: null },
      { ...two, intro: null },
    ]);
    const { items } = await conversations.messages(conversation.id, { limit: 50, after: null });
    expect(items).toHaveLength(cap);
  }
});

test("a broadcast goes on the next day", async () => {
  const { clock, storage, conversation, a, pass } = await setUp(2);
  const id = freshId();
  const times = { startsAt: NOON, expiresAt: null, createdAt: NOON, isPromotional: false };
  await storage.broadcasts.begin({ id, serviceId: DEFAULT_SERVICE_ID, rate: null, ...times });
  const lines = [1, 2, 3].map((line) => ({
    ...{ line, conversationId: conversation.id, recipientId: a.id, text: `News ${line}`, ref: null },
  }));
  await storage.broadcasts.append(id, lines);
  await storage.broadcasts.activate(id, NOON);
  const texts = async () => {
    const { items } = await storage.conversations.messages(conversation.id, { limit: 200, after: null });
    return items.map(({ text }) => text);
  };
  for (let n = 0; n < 3; n += 1) await pass();
  expect(await texts()).toEqual(["News 1", "News 2"]);
  clock.advance(12 * HOUR - 1);
  await pass();
  expect(await texts()).toEqual(["News 1", "News 2"]);
  clock.advance(1);
  await pass();
  expect(await texts()).toEqual(["News 1", "News 2", "News 3"]);
});

test("a day costs no more than its cap, and what was not sent does not count", async () => {
  const step = fc.record({ segments: fc.integer({ min: 0, max: 5 }), isSent: fc.boolean() });
  const caps = fc.option(fc.integer({ min: 1, max: 12 }));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), caps, fc.array(step), async (ofAll, own, steps) => {
      const cap = Math.min(ofAll, own ?? ofAll);
      const { spending, spent } = await setUp(ofAll, own);
      let sent = 0;
      for (const { segments, isSent } of steps) {
        const cost = { serviceId: DEFAULT_SERVICE_ID, segments, country: null };
        const outcome = await spending.spend(
          cost,
          async () => isSent,
          (is) => is,
        );
        expect(outcome).toBe(sent + segments > cap && segments > 0 ? "spend-cap" : isSent);
        if (outcome === true) sent += segments;
        expect(await spent()).toBe(sent);
      }
    }),
    { numRuns: 50 },
  );
});

test("of the cap of a service and that of the installation the tighter one counts, and what one refuses uses up none", async () => {
  const ofService = `${SPENT} ${DEFAULT_SERVICE_ID}`;
  for (const [cap, spendCap, of] of [
    [5, 2, "service"],
    [2, 5, "installation"],
    [null, 2, "service"],
  ] as const) {
    const { storage, say, spent } = await setUp(cap, spendCap);
    const said = [await say(true), await say(true), await say(true), await say(true), await say(false)];
    expect(said).toEqual(["queued", "queued", "spend-cap", "spend-cap", "queued"]);
    expect([await spent(), await spent(ofService)]).toEqual([cap === null ? 0 : 2, 2]);
    const page = await storage.events.read({ after: "first", types: ["abuse.spend-cap"], limit: 10 });
    expect(page).toMatchObject({ items: [{ data: { cap: 2, of } }] });
  }
});

test("the cap of one service is nothing to the others", async () => {
  const { storage, spending, spent } = await setUp(9, 1);
  const other = { id: freshId(), slug: "other", name: null, rules: {}, at: NOON };
  await storage.services.add(other);
  const send = (serviceId: string) =>
    spending.spend(
      { serviceId, segments: 1, country: null },
      async () => "sent",
      () => true,
    );
  const ids = [DEFAULT_SERVICE_ID, DEFAULT_SERVICE_ID, other.id, other.id];
  const outcomes: string[] = [];
  for (const id of ids) outcomes.push(await send(id));
  expect(outcomes).toEqual(["sent", "spend-cap", "sent", "sent"]);
  expect(await spent()).toBe(3);
});
