import { describe, expect, test } from "vitest";
import { TOLD_MAX } from "#core/ports/traffic.ts";
import { aNoticeTo, NOON, SECOND } from "#test/support/traffic-builders.ts";
import { joinDispatch, openFixture, queueText, type Store } from "./storage-fixture.ts";

export const toldCases = (store: Store): void => {
  describe("what we have told a participant", () => {
    test("is every text of ours to them in this conversation, the last ones, and nothing of anybody else", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const other = await openFixture(storage, { b: { number: ba.sender } });
      const me = await joinDispatch(storage);
      const notices = Array.from({ length: TOLD_MAX + 2 }, (_, n) =>
        aNoticeTo(ba, { text: `notice ${n}`, receivedAt: NOON + n * SECOND }),
      );
      await storage.conversations.addMessages(conversation.id, notices);
      await storage.conversations.addMessages(other.conversation.id, [aNoticeTo(other.ba, { text: "else" })]);
      await queueText(storage, me, ab);
      await queueText(storage, me, ba);
      const listeners = [ab, ba, other.ba].map(({ conversationId, senderId }) => ({
        conversationId,
        participantId: senderId,
      }));
      expect(await storage.traffic.told(listeners)).toEqual([
        [],
        notices.slice(2).map(({ text }) => text),
        ["else"],
      ]);
      expect(await storage.traffic.told([])).toEqual([]);
    });
  });
};
