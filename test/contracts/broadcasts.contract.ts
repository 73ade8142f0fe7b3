import { describe, expect, test } from "vitest";
import { BROADCAST_CANCELLED, type BroadcastLine } from "#core/domain/broadcast.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { feed } from "#core/engine/outbound/feeder.ts";
import type { ClaimedLine, NewBroadcast } from "#core/ports/broadcasts.ts";
import type { Storage } from "#core/ports/storage.ts";
import { freshId, NOON } from "#test/support/traffic-builders.ts";
import {
  type CreateStorage,
  commit,
  eventually,
  joinDispatch,
  openFixture,
  storageOf,
} from "./storage-fixture.ts";

const LEASE = { leaseMs: 60_000, nextId: freshId };

/** What `Broadcasts` promises, whatever they are stored in. */
export const broadcastsContract = (name: string, create: CreateStorage): void => {
  describe(`the broadcasts of ${name}`, () => {
    const store = storageOf(create);

    const begun = async (storage: Storage, lines: number, change: Partial<NewBroadcast> = {}) => {
      const { conversation, a } = await openFixture(storage);
      const id = freshId();
      const times = { startsAt: NOON, expiresAt: null, createdAt: NOON, isPromotional: false };
      await storage.broadcasts.begin({ id, serviceId: DEFAULT_SERVICE_ID, rate: null, ...times, ...change });
      const all = Array.from(
        { length: lines },
        (_, at): BroadcastLine => ({
          ...{ line: at + 1, conversationId: conversation.id, recipientId: a.id },
          ...{ text: `Text ${at + 1}`, ref: `ref-${at + 1}` },
        }),
      );
      expect(await storage.broadcasts.append(id, all)).toEqual([]);
      return { id, all, conversation, a };
    };
    const active = async (storage: Storage, lines: number, change: Partial<NewBroadcast> = {}) => {
      const made = await begun(storage, lines, change);
      expect(await storage.broadcasts.activate(made.id, NOON)).toMatchObject({ state: "active" });
      return made;
    };
    const claim = (storage: Storage, now: number, room: number): Promise<readonly ClaimedLine[]> =>
      storage.broadcasts.claimLines({ ...LEASE, now, room });

    test("a line that is held is claimed again when that is over, with its id, and others before", async () => {
      const { storage } = store;
      const { id } = await active(storage, 2, { isPromotional: true });
      const [held, other] = await claim(storage, NOON, 10);
      expect(held).toMatchObject({ line: 1, isPromotional: true });
      await storage.broadcasts.hold([{ broadcastId: id, line: 1, until: NOON + 3_600_000 }], LEASE.leaseMs);
      await storage.broadcasts.release([other!]);
      expect((await claim(storage, NOON + 3_599_999, 10)).map(({ line }) => line)).toEqual([2]);
      const [again] = await claim(storage, NOON + 3_600_000, 10);
      expect(again).toMatchObject({ line: 1, messageId: held!.messageId });
      expect(await storage.broadcasts.get(id)).toMatchObject({ isPromotional: true });
    });

    test("nothing of one is claimed before its last line is there", async () => {
      const { storage } = store;
      const { id, all } = await begun(storage, 3);
      expect(await claim(storage, NOON, 10)).toEqual([]);
      expect(await storage.broadcasts.append(id, all)).toEqual([]);
      const again = { ...all[0]!, line: 4 };
      expect(await storage.broadcasts.append(id, [again])).toEqual([4]);
      expect(await storage.broadcasts.activate(id, NOON)).toMatchObject({ state: "active" });
      expect(await storage.broadcasts.counts(id)).toMatchObject({ waiting: 3, queued: 0 });
      const claimed = await claim(storage, NOON, 10);
      expect(claimed.map(({ line, text, ref }) => ({ line, text, ref }))).toEqual(
        all.map(({ line, text, ref }) => ({ line, text, ref })),
      );
    });

    test("one without lines is completed, and one that is discarded is gone", async () => {
      const { storage } = store;
      const { id } = await begun(storage, 0);
      expect(await storage.broadcasts.activate(id, NOON + 1)).toMatchObject({
        state: "completed",
        endedAt: NOON + 1,
      });
      const other = await begun(storage, 2);
      await storage.broadcasts.discard(other.id);
      expect(await storage.broadcasts.get(other.id)).toBeNull();
      await storage.broadcasts.discard(id);
      expect(await storage.broadcasts.get(id)).not.toBeNull();
    });

    test("a claimed line is another's only after the lease, with the same message", async () => {
      const { storage } = store;
      await active(storage, 1);
      const [first] = await claim(storage, NOON, 10);
      expect(await claim(store.another(), NOON + 59_999, 10)).toEqual([]);
      const [second] = await claim(store.another(), NOON + 60_000, 10);
      expect(second).toEqual(first);
    });

    test("a claimed line that is released is anybody's at once, with the same message; a settled one stays settled", async () => {
      const { storage } = store;
      const { id, all } = await active(storage, 3);
      const claimed = await claim(storage, NOON, 10);
      const [fed, ...left] = claimed;
      await storage.broadcasts.settle([{ ...fed!, refusal: null }], NOON);
      await storage.broadcasts.release(claimed);
      await storage.broadcasts.release([]);
      expect(await claim(storage, NOON + 1, 10)).toEqual(left);
      await storage.broadcasts.release(left.slice(1));
      expect(await claim(storage, NOON + 2, 10)).toEqual(left.slice(1));
      expect(await storage.broadcasts.get(id)).toMatchObject({ state: "active" });
      expect(all).toHaveLength(3);
    });

    test("a line that two feed at once is queued once", async () => {
      const { storage } = store;
      const { id, conversation } = await active(storage, 5);
      let now = NOON;
      const ids = { next: freshId };
      const feeding = (each: Storage) =>
        feed({ storage: each, clock: { now: () => now }, ids }, { messageTtlMs: 60_000 });
      // Whoever claimed them first has died before or after queueing them.
      await claim(storage, now, 10);
      now += 60_000;
      await Promise.all([feeding(storage), feeding(store.another())]);
      const { items } = await storage.conversations.messages(conversation.id, { limit: 50, after: null });
      expect(items.map(({ text }) => text)).toEqual([1, 2, 3, 4, 5].map((line) => `Text ${line}`));
      expect(await storage.broadcasts.get(id)).toMatchObject({ state: "completed" });
      expect(await storage.broadcasts.counts(id)).toMatchObject({ waiting: 0, queued: 5 });
      const results = await storage.broadcasts.results(id, "queued", 3, 10);
      expect(results).toMatchObject([
        { line: 4, ref: "ref-4", state: "queued", messageId: items[3]!.id, failure: null },
        { line: 5, ref: "ref-5", messageId: items[4]!.id },
      ]);
    });

    test("a rate is kept to, and room is shared fairly and never exceeded", async () => {
      const { storage } = store;
      const slow = await active(storage, 20, { rate: 2 });
      const fast = await active(storage, 20);
      expect(await claim(storage, NOON - 1, 10)).toEqual([]);
      const first = await claim(storage, NOON + 1_000, 10);
      const of = (claimed: readonly ClaimedLine[], id: string) =>
        claimed.filter(({ broadcastId }) => broadcastId === id).length;
      expect([of(first, slow.id), of(first, fast.id)]).toEqual([2, expect.any(Number)]);
      expect(first.length).toBeLessThanOrEqual(10);
      expect(of(await claim(storage, NOON + 1_400, 10), slow.id)).toBe(0);
      expect(of(await claim(storage, NOON + 1_500, 10), slow.id)).toBe(1);
      expect(await claim(storage, NOON + 9_000, 0)).toEqual([]);
    });

    test("a pause holds it back, resuming goes on, and after a cancel nothing more is sent", async () => {
      const { storage } = store;
      const { id } = await active(storage, 3);
      expect(await storage.broadcasts.move(id, "paused", NOON)).toMatchObject({ state: "paused" });
      expect(await claim(storage, NOON, 1)).toEqual([]);
      await storage.broadcasts.move(id, "active", NOON);
      const clock = { now: () => NOON };
      const ports = { storage, clock, ids: { next: freshId } };
      expect(await storage.broadcasts.move(id, "cancelled", NOON + 1)).toMatchObject({
        ...{ state: "cancelled", endedAt: NOON + 1 },
      });
      expect(await feed(ports, { messageTtlMs: 60_000 })).toBe(0);
      expect(await storage.broadcasts.move(id, "active", NOON + 2)).toMatchObject({ state: "cancelled" });
      expect(await storage.broadcasts.counts(id)).toMatchObject({ cancelled: 3, waiting: 0, queued: 0 });
    });

    test("a cancel takes back what is queued or in somebody's hands, and whoever has it hears of it", async () => {
      const { storage } = store;
      const { id } = await active(storage, 3);
      const clock = { now: () => NOON };
      await feed({ storage, clock, ids: { next: freshId } }, { messageTtlMs: 60_000 });
      const me = await joinDispatch(storage);
      const claimNext = async () => {
        const [next] = await storage.dispatch.claim({
          dispatcher: me,
          ownedRecipientIds: [],
          limit: 9,
          now: NOON,
        });
        return next;
      };
      const { message: held } = (await claimNext())!;
      expect(await storage.dispatch.blocks([held])).toEqual([null]);
      let hasHeard = false;
      const stop = store.another().dispatch.onBlock(() => {
        hasHeard = true;
      });
      await eventually(async () => {
        await storage.broadcasts.move(id, "cancelled", NOON + 1);
        return hasHeard;
      });
      stop();
      expect(await storage.dispatch.blocks([held])).toEqual([BROADCAST_CANCELLED]);
      const failure = { code: BROADCAST_CANCELLED, detail: "" };
      await commit(storage, me, {
        outcomes: [{ messageId: held.id, state: "blocked", failure, at: NOON + 2 }],
      });
      expect(await claimNext()).toMatchObject({ blockedBy: BROADCAST_CANCELLED });
      expect(await storage.broadcasts.counts(id)).toMatchObject({ cancelled: 1, queued: 2, blocked: 0 });
      expect(await storage.broadcasts.results(id, "cancelled", 0, 9)).toMatchObject([
        { state: "cancelled", messageId: held.id, failure: { code: BROADCAST_CANCELLED } },
      ]);
    });

    test("whoever has opted out, and a conversation that has closed, get nothing", async () => {
      const { storage } = store;
      const one = await active(storage, 1);
      const two = await active(storage, 1);
      const late = await active(storage, 1, { expiresAt: NOON });
      await storage.optOuts.put(DEFAULT_SERVICE_ID, one.a.number, NOON - 1);
      await storage.conversations.close({
        ...{ id: two.conversation.id, reason: "requested", at: NOON, quarantinedUntil: NOON + 1 },
        unlessTextedAfter: null,
      });
      const clock = { now: () => NOON };
      await feed({ storage, clock, ids: { next: freshId } }, { messageTtlMs: 60_000 });
      expect(await storage.broadcasts.results(one.id, null, 0, 9)).toMatchObject([
        { state: "blocked", messageId: null, failure: { code: "opt-out" } },
      ]);
      expect(await storage.broadcasts.results(two.id, "failed", 0, 9)).toMatchObject([
        { messageId: null, failure: { code: "conversation-closed" } },
      ]);
      expect(await storage.broadcasts.counts(late.id)).toMatchObject({ expired: 1 });
      await storage.broadcasts.prune(NOON + 1);
      expect(await storage.broadcasts.get(one.id)).toBeNull();
    });
  });
};
