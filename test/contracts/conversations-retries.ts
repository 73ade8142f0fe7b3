import { describe, expect, test } from "vitest";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Repetition } from "#core/domain/repeating.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import {
  aNoticeTo,
  DAY,
  FAR_OFF,
  freshId,
  NOON,
  relayWrite,
  SECOND,
} from "#test/support/traffic-builders.ts";
import { commandWrite } from "./dispatch-blocks.ts";
import { commit, joinDispatch, openFixture, type Store } from "./storage-fixture.ts";

const FAILURE = { code: "receipt-1", detail: "the carrier says so" } as const;

export const retryCases = (store: Store): void => {
  describe("a message that failed", () => {
    /** One that a participant has written, and one of the app's, both at their end. */
    const failedBetween = async () => {
      const { storage } = store;
      const fixture = await openFixture(storage);
      const me = await joinDispatch(storage);
      const relay = relayWrite(fixture.ab);
      const notice = aNoticeTo(fixture.ab);
      await commit(storage, me, { inbound: [relay] });
      await storage.conversations.addMessages(fixture.conversation.id, [notice]);
      if (relay.decision.kind !== "relay") throw new Error("It is relayed");
      const { message: text } = relay.decision;
      const end = (messageId: string) =>
        ({ messageId, state: "failed", failure: FAILURE, at: NOON }) as const;
      await commit(storage, me, { outcomes: [end(text.id), end(notice.id)] });
      return { ...fixture, me, text, notice, end };
    };
    const againOf = ({ priority: _, ...message }: OutboundMessage): Repetition => ({
      ...message,
      ...{ id: freshId(), receivedAt: NOON + SECOND, expiresAt: FAR_OFF },
    });
    const everything = { serviceId: null, code: FAILURE.code, since: 0, until: FAR_OFF };
    const page = { limit: 9, after: null };

    test("is repeated once, in its lane, and what repeats it is too; they know of each other", async () => {
      const { storage } = store;
      const { text, notice, me, end } = await failedBetween();
      for (const first of [text, notice]) {
        const again = againOf(first);
        expect(await storage.conversations.addRetry(first.id, again)).toBe("added");
        expect(await storage.conversations.addRetry(first.id, again)).toEqual({ retriedAs: again.id });
        expect(await storage.conversations.addRetry(first.id, againOf(first))).toEqual({
          retriedAs: again.id,
        });
        expect(await storage.conversations.message(first.id)).toMatchObject({
          ...{ state: "failed", failure: FAILURE, retryOf: null, retriedAs: again.id },
        });
        expect(await storage.conversations.message(again.id)).toMatchObject({
          ...{ state: "queued", attempts: 0, failure: null, retryOf: first.id, retriedAs: null },
          ...{ senderId: first.senderId, recipientId: first.recipientId, text: first.text },
        });
        const request = { dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
        const claimed = await storage.dispatch.claim(request);
        expect(claimed.map(({ message }) => message)).toEqual([{ ...again, priority: first.priority }]);
        await commit(storage, me, { outcomes: [end(again.id)] });
        const third = againOf(first);
        expect(await storage.conversations.addRetry(again.id, third)).toBe("added");
        expect(await storage.conversations.message(again.id)).toMatchObject({
          ...{ retryOf: first.id, retriedAs: third.id },
        });
        await commit(storage, me, { outcomes: [end(third.id)] });
      }
    });

    test("is repeated by one of several who ask at once", async () => {
      const { storage } = store;
      const { text } = await failedBetween();
      const added = await Promise.all(
        Array.from({ length: 4 }, () => storage.conversations.addRetry(text.id, againOf(text))),
      );
      expect(added.filter((each) => each === "added")).toHaveLength(1);
      const { retriedAs } = (await storage.conversations.message(text.id))!;
      expect(added.filter((each) => each !== "added")).toEqual(Array(3).fill({ retriedAs }));
    });

    test("stays as it is where its recipient wants no texts, and after the end of its conversation", async () => {
      const { storage } = store;
      const { conversation, text, notice, b } = await failedBetween();
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
      expect(await storage.conversations.addRetry(text.id, againOf(text))).toEqual({
        optedOut: text.recipientId,
      });
      expect(await storage.conversations.message(text.id)).toMatchObject({ retriedAs: null });
      const again = againOf(notice);
      await storage.conversations.addRetry(notice.id, again);
      await storage.conversations.close({
        ...{ id: conversation.id, reason: "requested", at: NOON },
        ...{ quarantinedUntil: FAR_OFF, unlessTextedAfter: null },
      });
      expect(await storage.conversations.addRetry(text.id, againOf(text))).toBe("closed");
      expect(await storage.conversations.addRetry(notice.id, againOf(notice))).toEqual({
        retriedAs: again.id,
      });
    });

    test("that a participant wrote is not repeated to one who has blocked them; one of the app's is", async () => {
      const { storage } = store;
      const { ba, me, text, notice } = await failedBetween();
      await commit(storage, me, { inbound: [commandWrite("block", ba, NOON, null)] });
      expect(await storage.conversations.addRetry(text.id, againOf(text))).toBe("blocked");
      expect(await storage.conversations.addRetry(notice.id, againOf(notice))).toBe("added");
    });

    test("is found by its code, page by page, until it is repeated", async () => {
      const { storage } = store;
      const { text, notice } = await failedBetween();
      const { conversations } = storage;
      const ids = [text.id, notice.id].toSorted();
      expect(await conversations.failed(everything, page)).toEqual({ items: ids, next: null });
      const first = await conversations.failed(everything, { limit: 1, after: null });
      expect(first.items).toEqual(ids.slice(0, 1));
      expect(await conversations.failed(everything, { limit: 1, after: first.next })).toEqual({
        ...{ items: ids.slice(1), next: null },
      });
      for (const query of [
        { ...everything, code: "other" },
        { ...everything, serviceId: freshId() },
        { ...everything, since: FAR_OFF },
        { ...everything, until: 1 },
      ])
        expect(await conversations.failed(query, page)).toEqual({ items: [], next: null });
      const own = { ...everything, serviceId: DEFAULT_SERVICE_ID };
      expect((await conversations.failed(own, page)).items).toEqual(ids);
      await conversations.addRetry(text.id, againOf(text));
      expect((await conversations.failed(everything, page)).items).toEqual([notice.id]);
    });
  });
};
