import { describe, expect, test } from "vitest";
import { aReceipt, freshId, NOON } from "#test/support/traffic-builders.ts";
import {
  type CreateStorage,
  commit,
  holdText,
  joinDispatch,
  openFixture,
  queueText,
  storageOf,
} from "./storage-fixture.ts";

/** What `Census` promises, whatever is counted. */
export const censusContract = (name: string, create: CreateStorage): void => {
  describe(`the census of ${name}`, () => {
    const store = storageOf(create);

    test("counts nothing where nothing is stored", async () => {
      const none = { messages: 0, oldestAt: null };
      expect(await store.storage.census.take()).toMatchObject({
        queued: { relay: none, system: none, broadcast: none },
        openConversations: 0,
        parkedReceipts: 0,
      });
    });

    test("counts what waits by priority, and not what somebody has in hand", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await holdText(storage, me, ab);
      expect((await storage.census.take()).queued.relay).toEqual({ messages: 0, oldestAt: null });
      await queueText(storage, me, ab);
      await queueText(storage, me, ab);
      const { queued } = await storage.census.take();
      expect(queued.relay).toEqual({ messages: 2, oldestAt: NOON });
      expect(queued.system).toEqual({ messages: 0, oldestAt: null });
    });

    test("counts the conversations that are open, and the receipts that nobody has sent for", async () => {
      const { storage } = store;
      const fixtures = [await openFixture(storage), await openFixture(storage)];
      await commit(storage, await joinDispatch(storage), { receipts: [aReceipt(`unknown-${freshId()}`)] });
      expect(await storage.census.take()).toMatchObject({ openConversations: 2, parkedReceipts: 1 });
      const { id } = fixtures[0]!.conversation;
      await storage.conversations.close({
        id,
        reason: "requested",
        at: NOON,
        quarantinedUntil: NOON,
        unlessTextedAfter: null,
      });
      expect((await storage.census.take()).openConversations).toBe(1);
    });

    test("says that readers have all that was committed", async () => {
      const { storage } = store;
      await openFixture(storage);
      expect((await storage.census.take()).feedLagMs).toBeLessThan(60_000);
    });
  });
};
