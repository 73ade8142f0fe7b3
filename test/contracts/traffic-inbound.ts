import { describe, expect, test } from "vitest";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  aBatch,
  anInbound,
  anInboundOn,
  aParticipant,
  DAY,
  FAR_OFF,
  freshId,
  freshNumber,
  NOON,
  relayWrite,
  SECOND,
  swapOf,
} from "#test/support/traffic-builders.ts";
import { commit, joinDispatch, openFixture, routeOf, type Store, stateOfMessage } from "./storage-fixture.ts";

export const inboundCases = (store: Store): void => {
  describe("routes", () => {
    test("are answered in the order asked, with nothing for what was never routed", async () => {
      const { ab, ba } = await openFixture(store.storage);
      const never = { sender: freshNumber(), virtualNumber: ab.virtualNumber };
      const routes = await store.storage.traffic.routes([ba, never, ab, ba]);
      expect(routes).toEqual([ba, null, ab, ba]);
      expect(await store.storage.traffic.routes([])).toEqual([]);
    });

    test("lead from each participant to the other one, from the number that stands for the sender", async () => {
      const { conversation, a, b, ab } = await openFixture(store.storage);
      expect(ab).toMatchObject({
        sender: a.number,
        virtualNumber: b.virtualNumber,
        conversationId: conversation.id,
        senderId: a.id,
        recipientId: b.id,
        recipient: b.number,
        source: a.virtualNumber,
        openedAt: NOON,
        expiresAt: null,
        closedAt: null,
        quarantinedUntil: null,
        blockedBy: null,
      });
    });
  });

  describe("an inbound text", () => {
    test("is stored once, however often it is delivered", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = anInboundOn(ab);
      const first = relayWrite(ab, { own: true, inbound });
      const again = relayWrite(ab, { own: true, inbound: { ...inbound, id: freshId() } });
      expect((await commit(storage, me, { inbound: [first] })).inbound).toEqual(["owned"]);
      expect((await commit(storage, me, { inbound: [again] })).inbound).toEqual(["duplicate"]);
      expect(await stateOfMessage(storage, inbound.id)).toBe("sending");
      expect(await stateOfMessage(storage, again.inbound.id)).toBeUndefined();
    });

    test("is stored once when it is delivered twice within a batch", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = anInboundOn(ab);
      const twice = [inbound, { ...inbound, id: freshId() }].map((each) => relayWrite(ab, { inbound: each }));
      expect((await commit(storage, me, { inbound: twice })).inbound).toEqual(["queued", "duplicate"]);
    });

    test("is stored once when it is delivered 20 times at once", async () => {
      const { storage } = store;
      const { ab, conversation } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = anInboundOn(ab);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () =>
          commit(storage, me, { inbound: [relayWrite(ab, { inbound: { ...inbound, id: freshId() } })] }),
        ),
      );
      const answers = outcomes.flatMap((outcome) => outcome.inbound);
      expect(answers.filter((answer) => answer === "queued")).toHaveLength(1);
      expect(answers.filter((answer) => answer === "duplicate")).toHaveLength(19);
      const { items } = await storage.conversations.messages(conversation.id, { limit: 50, after: null });
      expect(items).toHaveLength(1);
    });

    test("is two messages when somebody texts the same words twice", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const twice = [relayWrite(ab), relayWrite(ab)];
      expect((await commit(storage, me, { inbound: twice })).inbound).toEqual(["queued", "queued"]);
    });

    test("is answered as at first when a batch is repeated because its answer was lost", async () => {
      const { storage } = store;
      const [first, second] = [await openFixture(storage), await openFixture(storage)];
      const me = await joinDispatch(storage);
      const inbound = [
        relayWrite(first.ab, { own: true }),
        relayWrite(second.ab, { own: false }),
        refusal(anInbound(freshNumber(), first.b.virtualNumber)),
      ];
      expect((await commit(storage, me, { inbound })).inbound).toEqual(["owned", "queued", "stored"]);
      expect((await commit(storage, me, { inbound })).inbound).toEqual(["owned", "queued", "stored"]);
      const { items } = await storage.conversations.messages(first.conversation.id, {
        limit: 9,
        after: null,
      });
      expect(items).toHaveLength(1);
    });

    test("that was relayed shows who texted whom in which conversation", async () => {
      const { storage } = store;
      const { ab, conversation, a, b } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const write = relayWrite(ab, { inbound: anInboundOn(ab, { text: "Hallo €", receivedAt: NOON + 7 }) });
      await commit(storage, me, { inbound: [write] });
      expect(await storage.conversations.message(write.inbound.id)).toMatchObject({
        id: write.inbound.id,
        conversationId: conversation.id,
        senderId: a.id,
        recipientId: b.id,
        text: "Hallo €",
        state: "queued",
        link: null,
        segments: 1,
        attempts: 0,
        carrierMessageIds: [],
        failure: null,
        receivedAt: NOON + 7,
        sentAt: null,
        finalAt: null,
      });
    });

    test("keeps its conversation from being idle when it is relayed, and only then", async () => {
      const { storage } = store;
      const { ab, conversation } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const texted = async () => (await storage.conversations.get(conversation.id))?.lastMessageAt;
      expect(await texted()).toBeNull();
      const refused = anInboundOn(ab, { receivedAt: NOON + 5 * SECOND });
      await commit(storage, me, {
        inbound: [{ ...refusal(refused), serviceId: DEFAULT_SERVICE_ID, routeVersion: ab.version }],
      });
      expect(await texted()).toBeNull();
      const inbound = anInboundOn(ab, { receivedAt: NOON + 9 * SECOND });
      await commit(storage, me, { inbound: [relayWrite(ab, { inbound })] });
      expect(await texted()).toBe(NOON + 9 * SECOND);
    });

    test("that goes to nobody ends as unroutable, without a conversation", async () => {
      const { storage } = store;
      const { b } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = anInbound(freshNumber(), b.virtualNumber);
      expect((await commit(storage, me, { inbound: [refusal(inbound)] })).inbound).toEqual(["stored"]);
      expect(await storage.conversations.message(inbound.id)).toMatchObject({
        state: "unroutable",
        conversationId: null,
        failure: { code: "stranger" },
        finalAt: inbound.receivedAt,
      });
    });

    test("from a sender that is a word ends as unroutable too", async () => {
      const { storage } = store;
      const { b } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = anInbound("InfoSMS", b.virtualNumber);
      expect((await commit(storage, me, { inbound: [refusal(inbound)] })).inbound).toEqual(["stored"]);
      expect(await stateOfMessage(storage, inbound.id)).toBe("unroutable");
    });

    test.each(["nothing-to-read", "media"] as const)(
      "that has no words ends at once as failed, in its conversation: %s",
      async (reason) => {
        const { storage } = store;
        const { ab, conversation } = await openFixture(storage);
        const me = await joinDispatch(storage);
        const inbound = anInboundOn(ab, { text: "" });
        const decision = { kind: "refuse", refusal: { kind: "failed", reason }, route: ab } as const;
        const write = {
          inbound,
          serviceId: DEFAULT_SERVICE_ID,
          routeVersion: ab.version,
          decision,
          joins: [],
        };
        expect((await commit(storage, me, { inbound: [write] })).inbound).toEqual(["stored"]);
        const page = await storage.conversations.messages(conversation.id, { limit: 9, after: null });
        expect(page.items).toMatchObject([
          { id: inbound.id, text: "", state: "failed", failure: { code: reason } },
        ]);
      },
    );

    test("that is blocked ends as blocked, in its conversation", async () => {
      const { storage } = store;
      const { ab, conversation } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = anInboundOn(ab);
      const decision = {
        kind: "refuse",
        refusal: { kind: "blocked", reason: "opt-out" },
        route: ab,
      } as const;
      await commit(storage, me, {
        inbound: [{ inbound, serviceId: DEFAULT_SERVICE_ID, routeVersion: ab.version, decision, joins: [] }],
      });
      expect(await storage.conversations.message(inbound.id)).toMatchObject({
        state: "blocked",
        conversationId: conversation.id,
        failure: { code: "opt-out" },
      });
    });
  });

  describe("a decision", () => {
    test("on a route that has changed is stale and changes nothing, until it is made again", async () => {
      const { storage } = store;
      const { ab, conversation } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await storage.conversations.close({
        id: conversation.id,
        reason: "requested",
        at: NOON + SECOND,
        quarantinedUntil: FAR_OFF,
        unlessTextedAfter: null,
      });
      const inbound = anInboundOn(ab);
      expect((await commit(storage, me, { inbound: [relayWrite(ab, { inbound })] })).inbound).toEqual([
        "stale",
      ]);
      expect(await stateOfMessage(storage, inbound.id)).toBeUndefined();

      const now = await routeOf(storage, ab);
      expect(now?.version).not.toBe(ab.version);
      const write = {
        ...refusal(inbound, "quarantined"),
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: now!.version,
      };
      expect((await commit(storage, me, { inbound: [write] })).inbound).toEqual(["stored"]);
    });

    test("that there is no route is stale when there is one, and the other way round", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const here = refusal(anInboundOn(ab));
      const nowhere = {
        ...refusal(anInbound(freshNumber(), ab.virtualNumber)),
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: ab.version,
      };
      expect((await commit(storage, me, { inbound: [here, nowhere] })).inbound).toEqual(["stale", "stale"]);
    });

    test("that is stale does not keep back what comes with it", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const other = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = [
        relayWrite(other.ab),
        { ...relayWrite(ab), serviceId: DEFAULT_SERVICE_ID, routeVersion: other.ab.version },
        relayWrite(ab),
      ];
      expect((await commit(storage, me, { inbound })).inbound).toEqual(["queued", "stale", "queued"]);
    });

    test("never follows a route that is swapped at the same time", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      for (let round = 0; round < 10; round += 1) {
        const { ab, conversation, b } = await openFixture(storage);
        const joining = aParticipant(b.virtualNumber);
        const inbound = anInboundOn(ab);
        const [swapped, outcome] = await Promise.all([
          storage.conversations.swap(swapOf(conversation, b.id, joining)),
          commit(storage, me, { inbound: [relayWrite(ab, { inbound })] }),
        ]);
        expect(swapped.kind).toBe("swapped");
        expect(outcome.inbound[0]).toBeOneOf(["queued", "stale"]);
        const late = relayWrite(ab);
        expect((await commit(storage, me, { inbound: [late] })).inbound).toEqual(["stale"]);
        const now = await routeOf(storage, ab);
        expect(now).toMatchObject({ recipientId: joining.id, recipient: joining.number });
        if (outcome.inbound[0] === "queued") continue;
        expect((await commit(storage, me, { inbound: [relayWrite(now!, { inbound })] })).inbound).toEqual([
          "queued",
        ]);
      }
    });
  });

  describe("a writer", () => {
    test("that never joined is fenced, and nothing of its batch is stored", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const write = relayWrite(ab);
      const outcome = await storage.traffic.commit(aBatch(freshId(), { inbound: [write] }));
      expect(outcome).toEqual({ kind: "fenced" });
      expect(await stateOfMessage(storage, write.inbound.id)).toBeUndefined();
      const me = await joinDispatch(storage);
      expect((await commit(storage, me, { inbound: [write] })).inbound).toEqual(["queued"]);
    });

    test("with nothing to write is answered all the same", async () => {
      const me = await joinDispatch(store.storage);
      expect(await store.storage.traffic.commit(aBatch(me))).toEqual({
        kind: "committed",
        inbound: [],
        receipts: { matched: 0, parked: 0 },
      });
    });

    test("may write 2,000 messages at once", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const inbound = Array.from({ length: 2_000 }, () => relayWrite(ab));
      const outcome = await commit(storage, me, { inbound });
      expect(outcome.inbound).toEqual(inbound.map(() => "queued"));
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 10,
        now: NOON + DAY,
      });
      expect(claims.map(({ message }) => message.id)).toEqual([inbound[0]!.inbound.id]);
    });
  });
};

const refusal = (
  inbound: InboundWrite["inbound"],
  reason: "stranger" | "quarantined" = "stranger",
): InboundWrite => ({
  inbound,
  serviceId: DEFAULT_SERVICE_ID,
  routeVersion: null,
  decision: { kind: "refuse", refusal: { kind: "unroutable", reason }, route: null },
  joins: [],
});
