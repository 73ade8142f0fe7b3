import { describe, expect, test } from "vitest";
import type { Conversation } from "#core/domain/conversation.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { ConversationFilter, Page, Slice } from "#core/ports/conversations.ts";
import {
  anInboundOn,
  aParticipant,
  DAY,
  FAR_OFF,
  freshNumber,
  NOON,
  relayWrite,
  SECOND,
  swapOf,
} from "#test/support/traffic-builders.ts";
import { commit, joinDispatch, openFixture, type Store } from "./storage-fixture.ts";

const ALL: ConversationFilter = { serviceId: null, state: null, participant: null, reference: null };

export const readingCases = (store: Store): void => {
  const close = (id: string, at = NOON + SECOND) =>
    store.storage.conversations.close({
      id,
      reason: "requested",
      at,
      quarantinedUntil: FAR_OFF,
      unlessTextedAfter: null,
    });
  const idsOf = async (filter: Partial<ConversationFilter>): Promise<readonly string[]> =>
    (await store.storage.conversations.list({ ...ALL, ...filter }, { limit: 200, after: null })).items.map(
      ({ id }) => id,
    );

  describe("a list of conversations", () => {
    test("goes from the newest to the oldest, page by page, with nothing twice or left out", async () => {
      const { storage } = store;
      const opened: Conversation[] = [];
      for (let i = 0; i < 7; i += 1) {
        // Two of the same instant, and none that is missed between pages.
        const openedAt = NOON + Math.floor(i / 2) * SECOND;
        opened.push((await openFixture(storage, { conversation: { openedAt } })).conversation);
      }
      const expected = opened.toReversed().map(({ id }) => id);
      for (const limit of [1, 3, 7, 200]) {
        const listed = await readAll((page) => storage.conversations.list(ALL, page), limit);
        expect(listed.map(({ id }) => id)).toEqual(expected);
      }
      const [whole] = (await storage.conversations.list(ALL, { limit: 1, after: null })).items;
      expect(whole).toEqual(opened.at(-1));
    });

    test("knows its end when the last page is exactly full", async () => {
      await openFixture(store.storage);
      await openFixture(store.storage);
      const slice = await store.storage.conversations.list(ALL, { limit: 2, after: null });
      expect(slice.items).toHaveLength(2);
      expect(slice.next).toBeNull();
    });

    test("can be narrowed to a state, a participant and a reference, and to all of them together", async () => {
      const { storage } = store;
      const person = freshNumber();
      const one = await openFixture(storage, { a: { number: person }, conversation: { reference: "r" } });
      const two = await openFixture(storage, { b: { number: person } });
      const three = await openFixture(storage);
      await close(one.conversation.id);
      expect(await idsOf({ state: "closed" })).toEqual([one.conversation.id]);
      expect(await idsOf({ state: "open" })).toEqual([three.conversation.id, two.conversation.id]);
      expect(await idsOf({ participant: person })).toEqual([two.conversation.id, one.conversation.id]);
      expect(await idsOf({ participant: freshNumber() })).toEqual([]);
      expect(await idsOf({ reference: "r" })).toEqual([one.conversation.id]);
      expect(await idsOf({ reference: "r", state: "open" })).toEqual([]);
      expect(await idsOf({ reference: "r", state: "closed", participant: person })).toEqual([
        one.conversation.id,
      ]);
    });
  });

  test("conversations that may have come to their end are found, open ones only", async () => {
    const { storage } = store;
    const me = await joinDispatch(storage);
    const lasting = await openFixture(storage);
    const expired = await openFixture(storage, { conversation: { expiresAt: NOON + 10 * SECOND } });
    const idle = await openFixture(storage, { conversation: { idleTtlMs: 20 * SECOND } });
    const texted = await openFixture(storage, { conversation: { idleTtlMs: 20 * SECOND } });
    const closed = await openFixture(storage, { conversation: { expiresAt: NOON + 10 * SECOND } });
    await close(closed.conversation.id);
    const inbound = anInboundOn(texted.ab, { receivedAt: NOON + 15 * SECOND });
    await commit(storage, me, { inbound: [relayWrite(texted.ab, { inbound })] });
    const due = async (now: number, limit = 10) =>
      (await storage.conversations.due(now, limit)).map(({ id }) => id);
    expect(await due(NOON + 10 * SECOND)).toContain(expired.conversation.id);
    const later = await due(NOON + 20 * SECOND);
    expect(later).toEqual(expect.arrayContaining([expired.conversation.id, idle.conversation.id]));
    const last = await due(NOON + DAY);
    expect(last).toContain(texted.conversation.id);
    for (const ids of [later, last]) {
      expect(ids).not.toContain(lasting.conversation.id);
      expect(ids).not.toContain(closed.conversation.id);
    }
    const [soonest] = await storage.conversations.due(NOON + DAY, 1);
    expect(soonest).toEqual(expired.conversation);
  });

  describe("who was behind a number", () => {
    test("is known for every instant while a conversation lasted, and for no other", async () => {
      const { storage } = store;
      const { conversation, a, b, ab } = await openFixture(storage);
      const meaning = (at: number) => storage.conversations.routeAt(ab, at);
      const expected = { conversationId: conversation.id, senderId: a.id, recipientId: b.id, from: NOON };
      expect(await meaning(NOON - 1)).toBeNull();
      expect(await meaning(NOON)).toEqual({ ...expected, until: null });
      expect(await meaning(NOON + DAY)).toEqual({ ...expected, until: null });
      await close(conversation.id, NOON + 5 * SECOND);
      expect(await meaning(NOON + 5 * SECOND - 1)).toEqual({ ...expected, until: NOON + 5 * SECOND });
      expect(await meaning(NOON + 5 * SECOND)).toBeNull();
      const never = { sender: freshNumber(), virtualNumber: ab.virtualNumber };
      expect(await storage.conversations.routeAt(never, NOON)).toBeNull();
    });

    test("is the old one before a swap and the new one after it", async () => {
      const { storage } = store;
      const { conversation, a, b, ab, ba } = await openFixture(storage);
      const joining = aParticipant(b.virtualNumber);
      await storage.conversations.swap(swapOf(conversation, b.id, joining, { at: NOON + DAY }));
      const meaning = { conversationId: conversation.id, senderId: a.id };
      expect(await storage.conversations.routeAt(ab, NOON + DAY - 1)).toEqual({
        ...meaning,
        recipientId: b.id,
        from: NOON,
        until: NOON + DAY,
      });
      expect(await storage.conversations.routeAt(ab, NOON + DAY)).toEqual({
        ...meaning,
        recipientId: joining.id,
        from: NOON + DAY,
        until: null,
      });
      expect(await storage.conversations.routeAt(ba, NOON + DAY)).toBeNull();
      expect(await storage.conversations.routeAt(ba, NOON)).toMatchObject({ senderId: b.id });
    });

    test("is not changed in the past by an opt-out or a later end", async () => {
      const { storage } = store;
      const { conversation, b, ab } = await openFixture(storage);
      const before = await storage.conversations.routeAt(ab, NOON + SECOND);
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON + DAY);
      await storage.conversations.patch(conversation.id, { expiresAt: NOON + 2 * DAY });
      expect(await storage.conversations.routeAt(ab, NOON + SECOND)).toEqual(before);
    });
  });
};

/** All pages of a list, one after the other. */
export const readAll = async <T>(
  read: (page: Page) => Promise<Slice<T>>,
  limit: number,
): Promise<readonly T[]> => {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const slice: Slice<T> = await read({ limit, after });
    expect(slice.items.length).toBeLessThanOrEqual(limit);
    items.push(...slice.items);
    after = slice.next;
  } while (after !== null);
  return items;
};
