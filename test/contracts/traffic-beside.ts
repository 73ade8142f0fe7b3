import { describe, expect, test } from "vitest";
import type { NewEvent } from "#core/domain/event.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { heldBackUntil } from "#core/domain/text-limits.ts";
import { aNoticeTo, anInboundOn, freshId, NOON, relayWrite, SECOND } from "#test/support/traffic-builders.ts";
import { allOf } from "./events.contract.ts";
import { commit, joinDispatch, openFixture, type Store } from "./storage-fixture.ts";

export const besideCases = (store: Store): void => {
  describe("what stands beside a text", () => {
    test("is written with it once, for what is relayed and for what is refused, and not at all where it is decided again", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const eventOf = (id: string): NewEvent => ({
        type: "leak.found",
        subject: id,
        data: {
          ...{ conversationId: ab.conversationId, senderId: ab.senderId, recipientId: ab.recipientId },
          ...{ kind: "phone", certainty: "sure", start: 0, end: 5, action: "mask" },
        },
        serviceId: DEFAULT_SERVICE_ID,
        at: NOON,
      });
      const relayed = relayWrite(ab);
      const refused = anInboundOn(ab);
      const writes = [
        {
          ...relayed,
          beside: { notice: aNoticeTo(ab, { text: "one" }), events: [eventOf(relayed.inbound.id)] },
        },
        {
          ...{ inbound: refused, serviceId: DEFAULT_SERVICE_ID, routeVersion: ab.version, joins: [] },
          decision: {
            kind: "refuse" as const,
            refusal: { kind: "blocked" as const, reason: "leak:phone" as const },
            route: ab,
          },
          beside: {
            notice: aNoticeTo(ab, { text: "two", receivedAt: NOON + SECOND }),
            events: [eventOf(refused.id)],
          },
        },
      ];
      const stale = { ...writes[1]!, inbound: anInboundOn(ab, { id: freshId() }), routeVersion: "0" };
      await commit(storage, me, { inbound: [...writes, stale] });
      await commit(storage, me, { inbound: writes });
      const told = await storage.traffic.told([
        { conversationId: ab.conversationId, participantId: ab.senderId },
      ]);
      expect(told).toEqual([["one", "two"]]);
      const items = await allOf(storage.events, {
        types: ["leak.found", "message.received", "message.blocked"],
      });
      const about = (id: string) => items.filter(({ subject }) => subject === id).map(({ type }) => type);
      expect(about(relayed.inbound.id)).toEqual(["message.received", "leak.found"]);
      expect(about(refused.id)).toEqual(["message.received", "message.blocked", "leak.found"]);
      expect(about(stale.inbound.id)).toEqual([]);
      expect(await storage.conversations.message(refused.id)).toMatchObject({
        ...{ state: "blocked", failure: { code: "leak:phone" } },
      });
    });

    test("is when it leaves, where it is held: it waits in the queue, and whoever knew the route before decides again", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const heldFor = (ms: number) => {
        const write = relayWrite(ab, { own: false });
        const { decision } = write;
        if (decision.kind !== "relay") throw new Error("It is relayed");
        return { ...write, decision: { ...decision, message: heldBackUntil(decision.message, NOON + ms) } };
      };
      const [first, second, late] = [heldFor(4_000), heldFor(7_000), heldFor(9_000)];
      const { inbound: outcomes } = await commit(storage, me, { inbound: [first, second] });
      expect(outcomes).toEqual(["queued", "queued"]);
      expect((await commit(storage, me, { inbound: [late] })).inbound).toEqual(["stale"]);
      const [route] = await storage.traffic.routes([ab]);
      expect(route).toMatchObject({ heldUntil: NOON + 7_000 });
      expect(await storage.conversations.message(first.inbound.id)).toMatchObject({
        ...{ state: "queued", receivedAt: NOON, queuedAt: NOON + 4_000 },
      });
      // What the carrier brings again is told by when it came, not by when it leaves.
      expect(await storage.reconciliation.acceptedAt([first.inbound.key])).toEqual([NOON]);
      const claim = (now: number) =>
        storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 10, now });
      expect(await claim(NOON + 3_999)).toEqual([]);
      const [claimed] = await claim(NOON + 4_000);
      expect(claimed!.message).toMatchObject({ id: first.inbound.id, hold: { since: NOON } });
    });
  });
};
