import { describe, expect, test } from "vitest";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { SEEN_MAX } from "#core/ports/traffic.ts";
import { aBatch, aNoticeTo, anInboundOn, NOON, SECOND } from "#test/support/traffic-builders.ts";
import { joinDispatch, openFixture, queueText, type Store } from "./storage-fixture.ts";

export const seenCases = (store: Store): void => {
  describe("the pace of a conversation", () => {
    test("is the last texts of both participants, also those that went no further, in the order in which they came", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const other = await openFixture(storage);
      const me = await joinDispatch(storage);
      await storage.conversations.addMessages(conversation.id, [aNoticeTo(ba)]);
      await queueText(storage, me, other.ab);
      const ways = Array.from({ length: SEEN_MAX + 2 }, (_, n) => (n % 2 === 0 ? ab : ba));
      const times = ways.map((_, n) => NOON + n * SECOND);
      const inbound = ways.map((route, n) => ({
        inbound: anInboundOn(route, { receivedAt: times[n]! }),
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: route.version,
        decision: { kind: "refuse" as const, refusal: { kind: "blocked", reason: "loop" } as const, route },
        joins: [],
      }));
      await storage.traffic.commit(aBatch(me, { inbound }));
      const [seen, others, none] = await storage.traffic.seen([conversation.id, other.conversation.id, me]);
      expect(seen).toEqual(
        ways
          .map(({ senderId, recipientId }, n) => ({ senderId, recipientId, at: times[n] }))
          .slice(-SEEN_MAX),
      );
      expect(others).toEqual([expect.objectContaining({ senderId: other.ab.senderId })]);
      expect(none).toEqual([]);
      expect(await storage.traffic.seen([])).toEqual([]);
    });
  });
};
