import { describe, expect, test } from "vitest";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Priority } from "#core/domain/priority.ts";
import type { Claim } from "#core/ports/dispatch.ts";
import {
  aConversation,
  acceptanceOf,
  aNoticeTo,
  aParticipant,
  DAY,
  freshId,
  freshIdIn,
  HOUR,
  LONG_AGO,
  MINUTE,
  NOON,
  openingOf,
  requeuedOf,
  SECOND,
} from "#test/support/traffic-builders.ts";
import {
  beat,
  commit,
  eventually,
  type Fixture,
  holdText,
  joinDispatch,
  NOTHING_OWNED,
  openFixture,
  queueText,
  type Store,
  UNLIMITED,
} from "./storage-fixture.ts";

export const queueCases = (store: Store): void => {
  const claim = async (dispatcher: string, now = NOON + DAY, limit = 100): Promise<readonly string[]> =>
    (await store.storage.dispatch.claim({ dispatcher, ownedRecipientIds: [], limit, now })).map(
      ({ message }) => message.id,
    );

  const openFixtures = async (count: number): Promise<readonly Fixture[]> => {
    const fixtures: Fixture[] = [];
    for (let i = 0; i < count; i += 1) fixtures.push(await openFixture(store.storage));
    return fixtures;
  };

  const autoReply = async (fixture: Fixture, priority: Priority, change: Partial<OutboundMessage> = {}) => {
    const message = aNoticeTo(fixture.ba, { priority, ...change });
    expect(await store.storage.conversations.addMessages(fixture.conversation.id, [message])).toBe("added");
    return message;
  };

  describe("claiming", () => {
    test("answers whole messages, once, and never what is not due", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const message = await queueText(storage, me, ab);
      expect(await claim(me, message.receivedAt - 1)).toEqual([]);
      const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: message.receivedAt };
      const expected = { message, attempts: 0, answerLost: false, ...UNLIMITED };
      expect(await storage.dispatch.claim(request)).toEqual([expected]);
      expect(await storage.dispatch.claim(request)).toEqual([]);
      expect(await storage.conversations.message(message.id)).toMatchObject({ state: "sending" });
    });

    test("keeps nothing waiting for what is held, which has its turn when that is over, also held once more", async () => {
      const { storage } = store;
      const [fixture] = await openFixtures(1);
      const me = await joinDispatch(storage);
      const until = NOON + 2 * HOUR;
      const hold = { since: NOON, windows: [{ from: NOON + HOUR, until }] };
      const held: OutboundMessage[] = [];
      for (const text of ["First", "Second"])
        held.push(await autoReply(fixture!, "system", { text, hold, receivedAt: NOON + HOUR }));
      const soon = await autoReply(fixture!, "system", { receivedAt: NOON + SECOND });
      expect(await claim(me, NOON + MINUTE)).toEqual([soon.id]);
      await commit(storage, me, { accepted: [acceptanceOf(soon.id)] });
      expect(await claim(me, NOON + HOUR - 1)).toEqual([]);
      const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + HOUR };
      const claimed = await storage.dispatch.claim(request);
      expect(claimed.map(({ message }) => message)).toEqual([held[0]]);
      const message = { ...held[0]!, receivedAt: NOON + DAY };
      await commit(storage, me, { requeued: [requeuedOf(message, { dueAt: NOON + DAY })] });
      expect(await claim(me, NOON + HOUR)).toEqual([held[1]!.id]);
      await commit(storage, me, { accepted: [acceptanceOf(held[1]!.id)] });
      const later = await autoReply(fixture!, "system", { receivedAt: until });
      expect(await claim(me, until)).toEqual([later.id]);
      await commit(storage, me, { accepted: [acceptanceOf(later.id)] });
      expect(await storage.dispatch.nextDueAt({ dispatcher: me, ownedRecipientIds: [] })).toBe(NOON + DAY);
      expect(await claim(me, NOON + DAY)).toEqual([held[0]!.id]);
      expect(await storage.conversations.message(held[0]!.id)).toMatchObject({
        ...{ receivedAt: NOON, queuedAt: NOON + HOUR },
      });
    });

    test("answers no more than asked for, the oldest ones first", async () => {
      const fixtures = await openFixtures(5);
      const me = await joinDispatch(store.storage);
      const ids: string[] = [];
      for (const { ab } of fixtures) ids.push((await queueText(store.storage, me, ab)).id);
      expect(await claim(me, NOON + DAY, 2)).toEqual(ids.slice(0, 2));
      expect(await claim(me, NOON + DAY, 0)).toEqual([]);
      expect(await claim(me, NOON + DAY, 9)).toEqual(ids.slice(2));
    });

    test("lets texts overtake notices and notices overtake broadcasts, though not within a thread", async () => {
      const [one, two, three] = await openFixtures(3);
      const me = await joinDispatch(store.storage);
      const broadcast = await autoReply(one!, "broadcast");
      const system = await autoReply(two!, "system");
      const text = await queueText(store.storage, me, three!.ab);
      const behind = await queueText(store.storage, me, one!.ab);
      expect(behind.recipientId).toBe(broadcast.recipientId);
      expect(await claim(me)).toEqual([text.id, system.id, broadcast.id]);
      await commit(store.storage, me, { accepted: [acceptanceOf(broadcast.id)] });
      expect(await claim(me)).toEqual([behind.id]);
    });

    test("answers the next one of a thread only when the one before is taken or has ended", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second, third] = [
        await queueText(storage, me, ab),
        await queueText(storage, me, ab),
        await queueText(storage, me, ab),
      ];
      expect(await claim(me)).toEqual([first.id]);
      expect(await claim(me)).toEqual([]);
      const parts = { parts: 2, carrierId: null };
      await commit(storage, me, { accepted: [acceptanceOf(first.id, { ...parts, part: 0 })] });
      expect(await claim(me)).toEqual([]);
      await commit(storage, me, { accepted: [acceptanceOf(first.id, { ...parts, part: 1 })] });
      expect(await claim(me)).toEqual([second.id]);
      const outcome = { messageId: second.id, state: "failed", failure: null, at: NOON } as const;
      await commit(storage, me, { outcomes: [outcome] });
      expect(await claim(me)).toEqual([third.id]);
    });

    test("answers nothing of a recipient of whom the claimer says that it owns a message", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const held = await holdText(storage, me, ab);
      const younger = await queueText(storage, me, ab);
      const apart = await queueText(storage, me, ba);
      const owned = { dispatcher: me, ownedRecipientIds: [held.recipientId] };
      const claims = await storage.dispatch.claim({ ...owned, limit: 9, now: NOON + DAY });
      expect(claims.map(({ message }) => message.id)).toEqual([apart.id]);
      expect(await storage.dispatch.nextDueAt(owned)).toBeNull();
      await commit(storage, me, { accepted: [acceptanceOf(held.id)] });
      expect(await claim(me)).toEqual([younger.id]);
    });

    test("keeps a message at its place in the thread while it waits for its next attempt", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const first = await queueText(storage, me, ab);
      const second = await queueText(storage, me, ab);
      expect(await claim(me)).toEqual([first.id]);
      await commit(storage, me, { requeued: [requeuedOf(first, { dueAt: NOON + DAY })] });
      expect(await claim(me, NOON + DAY - 1)).toEqual([]);
      expect(await claim(me, NOON + DAY)).toEqual([first.id]);
      await commit(storage, me, { accepted: [acceptanceOf(first.id)] });
      expect(await claim(me)).toEqual([second.id]);
    });

    test("names again what it has given when its answer was lost, until that is done with", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second] = [await queueText(storage, me, ab), await queueText(storage, me, ba)];
      const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
      const lost = await storage.dispatch.claim(request);
      expect(lost).toHaveLength(2);
      expect(await storage.dispatch.claim({ ...request })).toEqual([]);
      const again = await storage.dispatch.claim({ ...request, recover: NOTHING_OWNED });
      expect(again.toSorted(byId)).toEqual(lost.toSorted(byId));
      await commit(storage, me, { accepted: [acceptanceOf(first.id)] });
      // What is in hand by birth was never claimed.
      await holdText(storage, me, ab);
      const rest = await storage.dispatch.claim({ ...request, recover: NOTHING_OWNED });
      expect(rest.map(({ message }) => message.id)).toEqual([second.id]);
    });

    test("gives no message to two, however many claim at once, and each only what lies in its partitions", async () => {
      const { storage } = store;
      const writer = await joinDispatch(storage);
      const other = await joinDispatch(storage);
      const { release } = await beat(storage, writer);
      await storage.dispatch.release(writer, release, []);
      const own = new Set((await beat(storage, writer)).partitions);
      await beat(storage, other);
      const ids: string[] = [];
      const partitions: number[] = [];
      for (let i = 0; i < 16; i += 1) {
        const fixture = await openFixture(storage, { b: { id: freshIdIn((i * 37) % 64) } });
        for (let j = 0; j < 2; j += 1) ids.push((await queueText(storage, writer, fixture.ab)).id);
        partitions.push((i * 37) % 64);
      }
      const heads = ids.filter((_, i) => i % 2 === 0);
      const claims = await Promise.all(
        [writer, other, writer, other, writer, other].map((dispatcher) => claim(dispatcher, NOON + DAY, 5)),
      );
      claims.push(await claim(writer), await claim(other));
      expect(claims.flat().toSorted()).toEqual(heads.toSorted());
      claims.forEach((claimed, i) => {
        for (const id of claimed) expect(own.has(partitions[heads.indexOf(id)]!)).toBe(i % 2 === 0);
      });
    });

    test("marks a message whose number has been given to another conversation meanwhile", async () => {
      const { storage } = store;
      const { ab, conversation, a, b } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const late = await queueText(storage, me, ab);
      const closing = {
        id: conversation.id,
        reason: "requested",
        unlessTextedAfter: null,
        at: NOON + SECOND,
      };
      await storage.conversations.close({ ...closing, quarantinedUntil: NOON + 2 * SECOND });
      const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
      expect(await storage.dispatch.claim(request)).toMatchObject([{ validUntil: NOON + 2 * SECOND }]);
      await commit(storage, me, { requeued: [requeuedOf(late)] });

      const stranger = aParticipant(a.virtualNumber);
      const back = { ...b, id: freshId() };
      const next = aConversation([stranger, back], { openedAt: NOON + 3 * SECOND });
      expect(await storage.conversations.open(openingOf(next))).toEqual({ kind: "opened" });
      expect(await storage.dispatch.claim(request)).toMatchObject([
        { message: { id: late.id }, validUntil: 0 },
      ]);
    });
  });

  describe("the next due time", () => {
    test("is that of the next message that could be claimed", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const next = () => storage.dispatch.nextDueAt({ dispatcher: me, ownedRecipientIds: [] });
      expect(await next()).toBeNull();
      const first = await queueText(storage, me, ab);
      expect(await next()).toBe(first.receivedAt);
      await queueText(storage, me, ab);
      expect(await claim(me)).toEqual([first.id]);
      // The second one cannot be claimed before the first one is done with: asking for it would be in vain.
      expect(await next()).toBeNull();
      await commit(storage, me, { requeued: [requeuedOf(first, { dueAt: NOON + DAY })] });
      expect(await next()).toBe(NOON + DAY);
      const other = await holdText(storage, me, ba);
      await commit(storage, me, { requeued: [requeuedOf(other, { dueAt: NOON + 5 * SECOND })] });
      expect(await next()).toBe(NOON + 5 * SECOND);
      const idle = await joinDispatch(storage);
      expect(await storage.dispatch.nextDueAt({ dispatcher: idle, ownedRecipientIds: [] })).toBeNull();
    });

    test("may lie in the past", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const message = await holdText(storage, me, ab);
      await commit(storage, me, { requeued: [requeuedOf(message, { dueAt: LONG_AGO })] });
      expect(await storage.dispatch.nextDueAt({ dispatcher: me, ownedRecipientIds: [] })).toBe(LONG_AGO);
    });
  });

  test("a message that is queued wakes those who listen, until they stop", async () => {
    const { storage } = store;
    const { ab } = await openFixture(storage);
    const me = await joinDispatch(storage);
    let calls = 0;
    const stop = storage.dispatch.onWork(() => {
      calls += 1;
    });
    await queueText(storage, me, ab);
    await eventually(() => calls > 0);
    stop();
    const before = calls;
    await queueText(storage, me, ab);
    await claim(me);
    expect(calls).toBe(before);
  });
};

const byId = (a: Claim, b: Claim): number => (a.message.id < b.message.id ? -1 : 1);
