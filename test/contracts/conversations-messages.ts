import { describe, expect, test } from "vitest";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { MessageSearch } from "#core/ports/conversations.ts";
import {
  aNoticeTo,
  anInboundOn,
  aParticipant,
  DAY,
  FAR_OFF,
  freshId,
  freshNumber,
  MINUTE,
  NOON,
  relayWrite,
  SECOND,
  swapOf,
} from "#test/support/traffic-builders.ts";
import { readAll } from "./conversations-reading.ts";
import { commit, joinDispatch, openFixture, queueText, type Store } from "./storage-fixture.ts";

export const messageCases = (store: Store): void => {
  const close = (id: string, at: number) =>
    store.storage.conversations.close({
      id,
      reason: "requested",
      at,
      quarantinedUntil: FAR_OFF,
      unlessTextedAfter: null,
    });

  describe("messages from the app", () => {
    test("are queued once, in order, however often they are added", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const messages = [aNoticeTo(ab), aNoticeTo(ba, { text: "Guten Tag €" })];
      expect(await storage.conversations.addMessages(conversation.id, messages)).toBe("added");
      expect(await storage.conversations.addMessages(conversation.id, messages)).toBe("added");
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + DAY,
      });
      expect(claims.map(({ message }) => message)).toEqual(messages);
      expect(await storage.conversations.addMessages(conversation.id, messages)).toBe("added");
      expect(
        await storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY }),
      ).toEqual([]);
      expect(await storage.conversations.message(messages[1]!.id)).toMatchObject({
        senderId: null,
        text: "Guten Tag €",
        conversationId: conversation.id,
      });
    });

    test("leave after the texts that are queued before them, whatever their lane", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const broadcast = aNoticeTo(ba, { priority: "broadcast" });
      expect(broadcast.recipientId).toBe(ab.recipientId);
      await storage.conversations.addMessages(conversation.id, [broadcast]);
      const hold = relayWrite(ab, { own: true });
      expect((await commit(storage, me, { inbound: [hold] })).inbound).toEqual(["queued"]);
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + DAY,
      });
      expect(claims.map(({ message }) => message.id)).toEqual([broadcast.id]);
    });

    test("keep a conversation from being idle, whatever they may overtake; intros do not", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage, { conversation: { idleTtlMs: DAY } });
      const texted = async () => (await storage.conversations.get(conversation.id))?.lastMessageAt;
      expect(await texted()).toBeNull();
      const both = [ab, ba].map((route) => aNoticeTo(route, { receivedAt: NOON + 2 * SECOND }));
      await storage.conversations.addMessages(conversation.id, both);
      expect(await texted()).toBe(NOON + 2 * SECOND);
      const earlier = aNoticeTo(ab, { priority: "broadcast", receivedAt: NOON + SECOND });
      await storage.conversations.addMessages(conversation.id, [earlier]);
      expect(await texted()).toBe(NOON + 2 * SECOND);
      const due = async (now: number) => (await storage.conversations.due(now, 9)).map(({ id }) => id);
      expect(await due(NOON + DAY)).toEqual([]);
      expect(await due(NOON + DAY + 2 * SECOND)).toEqual([conversation.id]);
    });

    test("are refused, all of them, when one of the recipients has opted out", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const messages = [aNoticeTo(ab), aNoticeTo(ba)];
      await storage.optOuts.put(DEFAULT_SERVICE_ID, ba.sender, NOON);
      const refused = {
        optedOut: messages.find(({ destination }) => destination === ba.sender)!.recipientId,
      };
      expect(await storage.conversations.addMessages(conversation.id, messages)).toEqual(refused);
      for (const { id } of messages) expect(await storage.conversations.message(id)).toBeNull();
      await storage.optOuts.remove(DEFAULT_SERVICE_ID, ba.sender, NOON + SECOND);
      expect(await storage.conversations.addMessages(conversation.id, messages)).toBe("added");
    });

    test("are refused by a conversation that is closed or does not exist", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage);
      await close(conversation.id, NOON);
      const message = aNoticeTo(ab);
      expect(await storage.conversations.addMessages(conversation.id, [message])).toBe("closed");
      expect(await storage.conversations.addMessages(freshId(), [message])).toBe("closed");
      expect(await storage.conversations.message(message.id)).toBeNull();
    });
  });

  test("whoever is texted in vain is found while the conversation is open, with the last ends and own texts", async () => {
    const { storage } = store;
    const writer = await joinDispatch(storage);
    const { conversation, ab, ba } = await openFixture(storage);
    const other = await openFixture(storage);
    const text = async (
      route: Route,
      receivedAt: number,
      end: Pick<FinalOutcome, "state" | "failure"> | null,
    ) => {
      const inbound = anInboundOn(route, { receivedAt });
      await commit(storage, writer, { inbound: [relayWrite(route, { own: true, inbound })] });
      const outcomes = end ? [{ messageId: inbound.id, at: receivedAt + 1, ...end }] : [];
      await commit(storage, writer, { outcomes });
    };
    const gone = { state: "failed", failure: { code: "gone", detail: "" } } as const;
    const arrived = { state: "delivered", failure: null } as const;
    await text(ab, NOON, arrived);
    await text(ba, NOON + 10, null);
    await text(ab, NOON + 20, { state: "failed", failure: { code: "another", detail: "" } });
    await text(ab, NOON + 30, gone);
    await text(ab, NOON + 40, arrived);
    await text(ab, NOON + 50, null);
    await text(other.ab, NOON, arrived);
    const silent = (since: number) => storage.conversations.silent(conversation.id, since);
    expect(await silent(NOON + 9)).toEqual([]);
    expect(await silent(NOON + 10)).toEqual([ab.recipientId]);
    expect(await silent(NOON + 50)).toEqual(conversation.participants.map(({ id }) => id));
    const page = { after: null, limit: 9 };
    const failing = async (since: number, codes = ["gone"]) =>
      (await storage.conversations.failing({ codes, since, ...page })).items;
    expect(await failing(NOON)).toEqual([
      {
        ...{ conversationId: conversation.id, participantId: ab.recipientId, heardAt: NOON + 10 },
        serviceId: conversation.serviceId,
        last: [
          { state: "delivered", code: null, at: NOON + 41 },
          { state: "failed", code: "gone", at: NOON + 31 },
          { state: "failed", code: "another", at: NOON + 21 },
        ],
      },
    ]);
    expect(await failing(NOON + 31)).toEqual([]);
    expect(await failing(NOON, ["neither"])).toEqual([]);
    const query = { codes: ["gone"], since: NOON };
    const first = await storage.conversations.failing({ ...query, after: null, limit: 1 });
    expect(first).toMatchObject({ items: [{ participantId: ab.recipientId }], next: ab.recipientId });
    const rest = await storage.conversations.failing({ ...query, after: first.next, limit: 1 });
    expect(rest).toEqual({ items: [], next: null });
    await close(conversation.id, NOON + 60);
    expect(await failing(NOON)).toEqual([]);
  });

  describe("the search by a number", () => {
    const search = async (number: Msisdn, change: Partial<MessageSearch> = {}, limit = 9) =>
      (
        await store.storage.conversations.searchMessages(
          { serviceId: null, number, state: null, from: NOON - DAY, until: FAR_OFF, ...change },
          { limit, after: null },
        )
      ).items;

    test("finds what participants sent and got, also those who have left, and nobody else's", async () => {
      const { storage } = store;
      const { conversation, a, b, ab } = await openFixture(storage);
      const other = await openFixture(storage);
      const notice = aNoticeTo(ab);
      await storage.conversations.addMessages(conversation.id, [notice]);
      await storage.conversations.addMessages(other.conversation.id, [aNoticeTo(other.ab)]);
      expect((await search(a.number)).map(({ id, texted }) => [id, texted])).toEqual([[notice.id, null]]);
      expect(await search(b.number)).toEqual([]);
      expect(await search(freshNumber())).toEqual([]);
      expect(await search(a.number, { state: "delivered" })).toEqual([]);
      expect(await search(a.number, { state: "queued" })).toHaveLength(1);
      expect(await search(a.number, { until: notice.receivedAt - 1 })).toEqual([]);
      await storage.conversations.swap(swapOf(conversation, a.id, aParticipant(a.virtualNumber)));
      expect(await search(a.number)).toHaveLength(1);
    });

    test("and the list of a conversation have what was held where it leaves, with when it came", async () => {
      const { storage } = store;
      const { conversation, a, ab } = await openFixture(storage);
      const hold = { since: NOON, windows: [{ from: NOON + MINUTE, until: NOON + 2 * MINUTE }] };
      const held = aNoticeTo(ab, { receivedAt: NOON + MINUTE, hold });
      const soon = aNoticeTo(ab, { receivedAt: NOON + SECOND });
      await storage.conversations.addMessages(conversation.id, [held, soon]);
      const all = await storage.conversations.messages(conversation.id, { limit: 9, after: null });
      expect(all.items.map(({ id, receivedAt }) => [id, receivedAt])).toEqual([
        [soon.id, NOON + SECOND],
        [held.id, NOON],
      ]);
      expect((await search(a.number)).map(({ id }) => id)).toEqual([held.id, soon.id]);
    });

    test("finds a stranger's text with the number that was texted", async () => {
      const { storage } = store;
      const { b, ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const stranger = freshNumber();
      const inbound = anInboundOn({ ...ab, sender: stranger });
      const refusal = { kind: "unroutable", reason: "stranger" } as const;
      await commit(storage, me, {
        inbound: [
          {
            inbound,
            serviceId: DEFAULT_SERVICE_ID,
            routeVersion: null,
            decision: { kind: "refuse", route: null, refusal },
            joins: [],
          },
        ],
      });
      expect(await search(stranger)).toMatchObject([{ id: inbound.id, texted: b.virtualNumber }]);
    });

    test("names the open conversations in which a virtual number is texted", async () => {
      const { storage } = store;
      const { conversation, b } = await openFixture(storage);
      expect(await storage.conversations.openOn(b.virtualNumber, 9)).toEqual([conversation]);
      expect(await storage.conversations.openOn(freshNumber(), 9)).toEqual([]);
      await close(conversation.id, NOON);
      expect(await storage.conversations.openOn(b.virtualNumber, 9)).toEqual([]);
    });
  });

  test("a conversation's messages are read from the oldest on, page by page, and no others", async () => {
    const { storage } = store;
    const { conversation, ab, ba } = await openFixture(storage);
    const other = await openFixture(storage);
    const me = await joinDispatch(storage);
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      const inbound = anInboundOn(i % 3 === 0 ? ba : ab, { receivedAt: NOON + Math.floor(i / 2) * SECOND });
      await commit(storage, me, { inbound: [relayWrite(i % 3 === 0 ? ba : ab, { inbound })] });
      await queueText(storage, me, other.ab);
      ids.push(inbound.id);
    }
    for (const limit of [1, 3, 7, 200]) {
      const read = await readAll((page) => storage.conversations.messages(conversation.id, page), limit);
      expect(read.map(({ id }) => id)).toEqual(ids);
    }
    const none = await storage.conversations.messages(freshId(), { limit: 9, after: null });
    expect(none).toEqual({ items: [], next: null });
    expect(await storage.conversations.message(freshId())).toBeNull();
  });

  test("texts are erased of conversations closed long enough ago, each once, and of no others", async () => {
    const { storage } = store;
    const me = await joinDispatch(storage);
    const [early, late, open] = [
      await openFixture(storage),
      await openFixture(storage),
      await openFixture(storage),
    ];
    const ids: string[] = [];
    for (const { ab } of [early, late, open]) {
      ids.push((await queueText(storage, me, ab)).id);
    }
    const outcomes = ids.map(
      (messageId) => ({ messageId, state: "failed", failure: null, at: NOON }) as const,
    );
    await commit(storage, me, { outcomes });
    await close(early.conversation.id, NOON + SECOND);
    await close(late.conversation.id, NOON + 3 * SECOND);
    const texts = async () => {
      const records = await Promise.all(ids.map((id) => storage.conversations.message(id)));
      return records.map((record) => record?.text);
    };
    expect(await storage.conversations.eraseTexts(NOON + SECOND, 10, NOON + SECOND)).toBe(0);
    expect(await storage.conversations.eraseTexts(NOON + 2 * SECOND, 10, NOON + 2 * SECOND)).toBe(1);
    expect(await texts()).toEqual([null, "On my way", "On my way"]);
    expect(await storage.conversations.eraseTexts(NOON + 2 * SECOND, 10, NOON + 2 * SECOND)).toBe(0);
    expect(await storage.conversations.eraseTexts(NOON + DAY, 1, NOON + DAY)).toBe(1);
    expect(await storage.conversations.eraseTexts(NOON + DAY, 1, NOON + DAY)).toBe(0);
    expect(await texts()).toEqual([null, null, "On my way"]);
    expect(await storage.conversations.message(ids[0]!)).toMatchObject({ state: "failed", segments: 1 });
  });

  test("texts are erased also of a conversation whose ids were made days before it was opened", async () => {
    const { storage } = store;
    const openedAt = NOON + 4 * DAY;
    const { conversation, ab } = await openFixture(storage, { conversation: { openedAt } });
    const intro = aNoticeTo(ab, { receivedAt: openedAt });
    await storage.conversations.addMessages(conversation.id, [intro]);
    await close(conversation.id, openedAt + SECOND);
    expect(await storage.conversations.eraseTexts(openedAt + DAY, 10, openedAt + DAY)).toBe(1);
    expect(await storage.conversations.message(intro.id)).toMatchObject({ text: null });
  });
};
