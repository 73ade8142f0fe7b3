import { describe, expect, test } from "vitest";
import type { Route } from "#core/domain/route.ts";
import { type InboundWrite, TOLD_MAX } from "#core/ports/traffic.ts";
import { aNoticeTo, anInboundOn, MINUTE, NOON, relayWrite, SECOND } from "#test/support/traffic-builders.ts";
import { commit, joinDispatch, openFixture, queueText, type Store } from "./storage-fixture.ts";

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

    test("is told from what the other one texted last, and neither from what was refused", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const lastTo = async ({ conversationId, senderId }: Route, at = NOON + MINUTE) =>
        (await storage.traffic.last([{ conversationId, participantId: senderId, at }]))[0];
      expect(await lastTo(ab)).toBeNull();
      await storage.conversations.addMessages(conversation.id, [aNoticeTo(ab, { receivedAt: NOON })]);
      expect(await lastTo(ab)).toEqual({ isOurs: true, at: NOON });
      expect(await lastTo(ba)).toBeNull();
      const texted = relayWrite(ba, { inbound: anInboundOn(ba, { receivedAt: NOON + SECOND }) });
      await commit(storage, me, { inbound: [texted] });
      expect(await lastTo(ab)).toEqual({ isOurs: false, at: NOON + SECOND });
      await storage.conversations.addMessages(conversation.id, [
        aNoticeTo(ab, { receivedAt: NOON + 2 * SECOND }),
      ]);
      const refused: InboundWrite = {
        ...texted,
        inbound: anInboundOn(ba, { receivedAt: NOON + 3 * SECOND }),
        decision: { kind: "refuse", refusal: { kind: "blocked", reason: "loop" }, route: ba },
      };
      await commit(storage, me, { inbound: [refused] });
      expect(await lastTo(ab)).toEqual({ isOurs: true, at: NOON + 2 * SECOND });
      const held = aNoticeTo(ab, {
        receivedAt: NOON + 60 * MINUTE,
        hold: {
          since: NOON + 3 * SECOND,
          windows: [{ from: NOON + 60 * MINUTE, until: NOON + 120 * MINUTE }],
        },
      });
      await storage.conversations.addMessages(conversation.id, [held]);
      expect(await lastTo(ab)).toEqual({ isOurs: true, at: NOON + 2 * SECOND });
      expect(await lastTo(ab, NOON + 60 * MINUTE)).toEqual({ isOurs: true, at: held.receivedAt });
      expect(await storage.traffic.last([])).toEqual([]);
    });
  });
};
