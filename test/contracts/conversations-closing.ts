import { describe, expect, test } from "vitest";
import type { Closing } from "#core/ports/conversations.ts";
import {
  anInboundOn,
  DAY,
  FAR_OFF,
  freshId,
  NOON,
  relayWrite,
  SECOND,
} from "#test/support/traffic-builders.ts";
import { commit, joinDispatch, openFixture, queueText, routeOf, type Store } from "./storage-fixture.ts";

export const closingCases = (store: Store): void => {
  const closing = (id: string, change: Partial<Closing> = {}): Closing => ({
    id,
    reason: "requested",
    at: NOON + 10 * SECOND,
    quarantinedUntil: FAR_OFF,
    unlessTextedAfter: null,
    ...change,
  });

  describe("closing", () => {
    test("puts both pairs in quarantine, under new versions", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const closed = { closedAt: NOON + 10 * SECOND, closeReason: "requested" };
      const expected = { ...conversation, version: 2, ...closed };
      expect(await storage.conversations.close(closing(conversation.id))).toEqual(expected);
      expect(await storage.conversations.get(conversation.id)).toEqual(expected);
      for (const route of [ab, ba]) {
        const now = await routeOf(storage, route);
        expect(now).toMatchObject({ closedAt: NOON + 10 * SECOND, quarantinedUntil: FAR_OFF });
        expect(now?.version).not.toBe(route.version);
      }
    });

    test("twice keeps the first reason and time", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage);
      const first = await storage.conversations.close(closing(conversation.id));
      const version = (await routeOf(storage, ab))?.version;
      const again = closing(conversation.id, {
        reason: "idle",
        at: NOON + DAY,
        quarantinedUntil: FAR_OFF + DAY,
      });
      expect(await storage.conversations.close(again)).toEqual(first);
      expect(await routeOf(storage, ab)).toMatchObject({ quarantinedUntil: FAR_OFF, version });
    });

    test("what does not exist answers nothing", async () => {
      expect(await store.storage.conversations.close(closing(freshId()))).toBeNull();
    });

    test("for idleness stays undone when somebody has texted meanwhile", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage, { conversation: { idleTtlMs: SECOND } });
      const me = await joinDispatch(storage);
      const inbound = anInboundOn(ab, { receivedAt: NOON + 5 * SECOND });
      await commit(storage, me, { inbound: [relayWrite(ab, { inbound })] });
      const idle = (unlessTextedAfter: number) =>
        closing(conversation.id, { reason: "idle", unlessTextedAfter });
      expect(await storage.conversations.close(idle(NOON + 5 * SECOND - 1))).toMatchObject({
        closedAt: null,
      });
      expect(await routeOf(storage, ab)).toMatchObject({ closedAt: null });
      expect(await storage.conversations.close(idle(NOON + 5 * SECOND))).toMatchObject({
        closeReason: "idle",
      });
    });

    test("for idleness is done when nobody has ever texted", async () => {
      const { storage } = store;
      const { conversation } = await openFixture(storage);
      const closed = await storage.conversations.close(closing(conversation.id, { unlessTextedAfter: NOON }));
      expect(closed?.closedAt).toBe(NOON + 10 * SECOND);
    });

    test("leaves the texts that were taken before in the queue", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await queueText(storage, me, ab);
      const { quarantinedUntil } = closing(conversation.id);
      await storage.conversations.close(closing(conversation.id));
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + DAY,
      });
      expect(claims).toMatchObject([{ message: { id }, validUntil: quarantinedUntil }]);
    });

    test("and texting at the same time end in a relayed text or a stale decision", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      for (let round = 0; round < 10; round += 1) {
        const { conversation, ab } = await openFixture(storage);
        const [closed, { inbound }] = await Promise.all([
          storage.conversations.close(closing(conversation.id)),
          commit(storage, me, { inbound: [relayWrite(ab)] }),
        ]);
        expect(closed?.closedAt).not.toBeNull();
        expect(inbound[0]).toBeOneOf(["queued", "stale"]);
        expect((await commit(storage, me, { inbound: [relayWrite(ab)] })).inbound).toEqual(["stale"]);
      }
    });
  });

  describe("changing", () => {
    test("an open conversation's end changes its routes too", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage);
      const expiresAt = NOON + DAY;
      const expected = { ...conversation, version: 2, expiresAt, idleTtlMs: 5_000, metadata: { a: "1" } };
      const change = { expiresAt, idleTtlMs: 5_000, metadata: { a: "1" } };
      expect(await storage.conversations.patch(conversation.id, change)).toEqual(expected);
      expect(await storage.conversations.get(conversation.id)).toEqual(expected);
      const now = await routeOf(storage, ab);
      expect(now?.expiresAt).toBe(expiresAt);
      expect(now?.version).not.toBe(ab.version);
    });

    test("one thing leaves the others as they are", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage, {
        conversation: { expiresAt: NOON + DAY, idleTtlMs: 7_000, metadata: { kept: "yes" } },
      });
      const changed = await storage.conversations.patch(conversation.id, { idleTtlMs: null });
      expect(changed).toEqual({ ...conversation, version: 2, idleTtlMs: null });
      expect(await storage.conversations.patch(conversation.id, {})).toEqual(changed);
      expect((await routeOf(storage, ab))?.expiresAt).toBe(NOON + DAY);
    });

    test("is refused to who has seen another version, and of two at once only one succeeds", async () => {
      const { storage } = store;
      const { conversation } = await openFixture(storage);
      const change = (idleTtlMs: number, versions: readonly number[] | null) =>
        storage.conversations.patch(conversation.id, { idleTtlMs }, versions);
      expect(await change(1, [])).toBe("version-mismatch");
      expect(await change(1, [2, 3])).toBe("version-mismatch");
      expect(await storage.conversations.get(conversation.id)).toEqual(conversation);
      const both = await Promise.all([change(2, [1]), change(3, [1])]);
      expect(both.filter((each) => each === "version-mismatch")).toHaveLength(1);
      expect(await change(4, null)).toMatchObject({ version: 3, idleTtlMs: 4 });
      expect(await storage.conversations.close(closing(conversation.id))).toMatchObject({ version: 4 });
    });

    test("is refused once it is closed, and answers nothing where there is none", async () => {
      const { storage } = store;
      const { conversation } = await openFixture(storage);
      await storage.conversations.close(closing(conversation.id));
      expect(await storage.conversations.patch(conversation.id, { idleTtlMs: 1 })).toBe("closed");
      expect((await storage.conversations.get(conversation.id))?.idleTtlMs).toBeNull();
      expect(await storage.conversations.patch(freshId(), { idleTtlMs: 1 })).toBeNull();
    });
  });
};
