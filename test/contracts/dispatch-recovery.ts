import { describe, expect, test } from "vitest";
import type { Recovery } from "#core/ports/dispatch.ts";
import { acceptanceOf, DAY, freshId, NOON } from "#test/support/traffic-builders.ts";
import { commit, holdText, joinDispatch, openFixture, queueText, type Store } from "./storage-fixture.ts";

export const recoveryCases = (store: Store): void => {
  const claim = async (
    dispatcher: string,
    recover: Recovery,
    ownedRecipientIds: readonly string[] = [],
  ): Promise<readonly string[]> => {
    const request = { dispatcher, ownedRecipientIds, limit: 9, now: NOON + DAY, recover };
    return (await store.storage.dispatch.claim(request)).map(({ message }) => message.id);
  };

  describe("a process that asks back what it does not own", () => {
    test("is given what storage has as claimed by it, and then what waited behind that", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [lost, owned] = [await queueText(storage, me, ab), await queueText(storage, me, ba)];
      const behind = await queueText(storage, me, ab);
      const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
      expect(await storage.dispatch.claim(request)).toHaveLength(2);
      expect(await storage.dispatch.claim(request)).toEqual([]);
      expect(await claim(me, { claimedIds: [owned.id], inserted: null })).toEqual([lost.id]);
      await commit(storage, me, { accepted: [acceptanceOf(lost.id)] });
      expect(await claim(me, { claimedIds: [owned.id], inserted: null })).toEqual([behind.id]);
    });

    test("is given what was inserted as owned by it and has neither ended nor been accepted", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const from = freshId();
      const accepted = await holdText(storage, me, ab);
      const lost = await holdText(storage, me, ab);
      const owned = await holdText(storage, me, ba);
      await commit(storage, me, { accepted: [acceptanceOf(accepted.id)] });
      const before = freshId();
      const younger = await holdText(storage, me, ba);
      const inserted = { ownedIds: [owned.id], from, before };
      expect(await claim(me, { claimedIds: [], inserted: null }, [ba.recipientId])).toEqual([]);
      expect(await claim(me, { claimedIds: [], inserted }, [ba.recipientId])).toEqual([lost.id]);
      await commit(storage, me, { accepted: [acceptanceOf(lost.id)] });
      const all = { ownedIds: [owned.id, younger.id], from, before: freshId() };
      expect(await claim(me, { claimedIds: [], inserted: all })).toEqual([]);
    });

    test("gets nothing of others, and nothing when it has expired", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const [me, other] = [await joinDispatch(storage), await joinDispatch(storage)];
      await queueText(storage, me, ab);
      await holdText(storage, me, ba);
      const request = { dispatcher: me, ownedRecipientIds: [ba.recipientId], limit: 9, now: NOON + DAY };
      expect(await storage.dispatch.claim(request)).toHaveLength(1);
      const inserted = { ownedIds: [], from: LOWEST, before: freshId() };
      expect(await claim(other, { claimedIds: [], inserted })).toEqual([]);
      expect(await storage.dispatch.claim(request)).toEqual([]);
      await storage.dispatch.leave(me, []);
      expect(await claim(me, { claimedIds: [], inserted })).toEqual([]);
    });
  });

  test("what is overdue is seen also when it is claimed, a while later", async () => {
    const { storage } = store;
    const { ab } = await openFixture(storage);
    const me = await joinDispatch(storage);
    const message = await queueText(storage, me, ab);
    const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
    expect(await storage.dispatch.claim(request)).toHaveLength(1);
    expect(await storage.reconciliation.overdue(message.expiresAt + 1_000, 9)).toEqual([]);
    expect(await storage.reconciliation.overdue(message.expiresAt + 120_000, 9)).toEqual([message.id]);
  });
};

const LOWEST = "00000000-0000-7000-8000-000000000000";
