import { describe, expect, test } from "vitest";
import { DAY, NOON, relayWrite, requeuedOf } from "#test/support/traffic-builders.ts";
import { commit, holdText, joinDispatch, openFixture, queueText, type Store } from "./storage-fixture.ts";

export const orderCases = (store: Store): void => {
  describe("a text that its writer would keep in hand", () => {
    test("is held when nothing of its thread is queued, also after others that are held", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = [relayWrite(ab, { own: true }), relayWrite(ab, { own: true })];
      expect((await commit(storage, me, { inbound })).inbound).toEqual(["owned", "owned"]);
      await holdText(storage, me, ab);
    });

    test("queues up behind what waits of its thread, and only of its own", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await queueText(storage, me, ab);
      const inbound = [relayWrite(ab, { own: true }), relayWrite(ba, { own: true })];
      expect((await commit(storage, me, { inbound })).inbound).toEqual(["queued", "owned"]);
    });

    test("queues up behind what waits of its thread since earlier in the same batch", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = [
        relayWrite(ab, { own: true }),
        relayWrite(ab, { own: false }),
        relayWrite(ba, { own: true }),
        relayWrite(ab, { own: true }),
      ];
      expect((await commit(storage, me, { inbound })).inbound).toEqual([
        "owned",
        "queued",
        "owned",
        "queued",
      ]);
    });

    test("queues up behind what somebody has claimed of its thread", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await queueText(storage, me, ab);
      expect(
        await storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 5, now: NOON + DAY }),
      ).toHaveLength(1);
      const inbound = [relayWrite(ab, { own: true })];
      expect((await commit(storage, me, { inbound })).inbound).toEqual(["queued"]);
    });

    test("queues up behind one that is put back into the queue by the same batch", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const older = await holdText(storage, me, ab);
      const inbound = [relayWrite(ab, { own: true })];
      const outcome = await commit(storage, me, { inbound, requeued: [requeuedOf(older)] });
      expect(outcome.inbound).toEqual(["queued"]);
    });
  });
};
