import { describe, expect, test } from "vitest";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  acceptanceOf,
  aNoticeTo,
  anInbound,
  anInboundOn,
  aReceipt,
  DAY,
  freshId,
  freshNumber,
  NOON,
  relayWrite,
  requeuedOf,
  setOf,
  waitWrite,
} from "#test/support/traffic-builders.ts";
import { lookingFirst } from "./looking-first.ts";
import { forgettingCases } from "./reconciliation-forgetting.ts";
import {
  type CreateStorage,
  commit,
  holdText,
  joinDispatch,
  openFixture,
  queueText,
  stateOfMessage,
  storageOf,
} from "./storage-fixture.ts";

/** What `Reconciliation` promises, whatever it works on. */
export const reconciliationContract = (name: string, create: CreateStorage): void => {
  describe(`the reconciliation of ${name}`, () => {
    const store = storageOf(async () => {
      const harness = await create();
      return { ...harness, storage: lookingFirst(harness.storage) };
    });

    test("denies nothing that is left over", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const nothing = { conversations: false, receipts: false, parts: false, messages: false };
      expect(await storage.reconciliation.due(NOON)).toEqual(nothing);
      await commit(storage, me, { inbound: [aPart(ab, 1, NOON)].map(waitWrite) });
      expect(await storage.reconciliation.due(NOON)).toEqual({ ...nothing, parts: true });
      await commit(storage, me, { receipts: [aReceipt("1")] });
      expect(await storage.reconciliation.due(NOON)).toEqual({ ...nothing, parts: true, receipts: true });
      const { expiresAt } = await queueText(storage, me, ab);
      expect((await storage.reconciliation.due(expiresAt - 1)).messages).toBe(false);
      expect((await storage.reconciliation.due(expiresAt)).messages).toBe(true);
    });

    test("finds what people wrote that nobody has in hand, by when it came, the oldest first", async () => {
      const { storage } = store;
      const { conversation, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const at = async (route: Route, receivedAt: number, own = false) => {
        const inbound = anInboundOn(route, { receivedAt });
        await commit(storage, me, { inbound: [relayWrite(route, { inbound, own })] });
      };
      await at(ba, NOON + 20);
      await at(ab, NOON + 10);
      await at(ab, NOON + 30);
      await at((await openFixture(storage)).ab, NOON + 15, true);
      await storage.conversations.addMessages(conversation.id, [aNoticeTo(ab, { receivedAt: NOON + 15 })]);
      const waiting = async (after: number, until: number, limit = 9) =>
        (await storage.reconciliation.waiting({ after, until }, limit)).map((each) => [
          ...[each.conversationId, each.serviceId, each.senderId, each.priority, each.receivedAt - NOON],
        ]);
      const { id, serviceId } = conversation;
      const of = (route: Route, since: number) => [id, serviceId, route.senderId, "relay", since];
      expect(await waiting(NOON, NOON + 30)).toEqual([of(ab, 10), of(ba, 20), of(ab, 30)]);
      expect(await waiting(NOON + 10, NOON + 29)).toEqual([of(ba, 20)]);
      expect(await waiting(NOON, NOON + 30, 1)).toEqual([of(ab, 10)]);
    });

    test("finds nothing where nothing is left over", async () => {
      const { reconciliation } = store.storage;
      expect(await reconciliation.matchParked(10)).toBe(0);
      expect(await reconciliation.openPartReceipts(10)).toEqual([]);
      expect(await reconciliation.ripeParts(NOON + DAY, 10)).toEqual([]);
      expect(await reconciliation.unreceipted(NOON + DAY, 10)).toEqual([]);
      expect(await reconciliation.overdue(NOON + DAY, 10)).toEqual([]);
    });

    test("keeps receipts of unknown messages without ever matching them", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      await commit(storage, me, { receipts: [aReceipt("1"), aReceipt("2")] });
      expect(await storage.reconciliation.matchParked(10)).toBe(0);
    });

    test("knows when the text or part of a key was received, also when it is joined", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const whole = anInboundOn(ab, { receivedAt: NOON + 1 });
      const [first, second] = [1, 2].map((index) =>
        anInboundOn(ab, { receivedAt: NOON + 1 + index, part: { reference: "udh8:7", total: 2, index } }),
      ) as [InboundMessage, InboundMessage];
      const stranger = anInboundOn(ab);
      const keys = [stranger, second, whole, first].map(({ key }) => key);
      expect(await storage.reconciliation.acceptedAt([])).toEqual([]);
      expect(await storage.reconciliation.acceptedAt(keys)).toEqual([null, null, null, null]);
      await commit(storage, me, {
        inbound: [relayWrite(ab, { inbound: whole }), waitWrite(first), waitWrite(second)],
      });
      expect(await storage.reconciliation.acceptedAt(keys)).toEqual([null, NOON + 3, NOON + 1, NOON + 2]);
      const joined = relayWrite(ab, { joins: [first.key, second.key] });
      await commit(storage, me, { inbound: [joined] });
      expect(await storage.reconciliation.acceptedAt(keys)).toEqual([null, NOON + 3, NOON + 1, NOON + 2]);
    });

    test("knows whether a carrier's id is of a message between these two numbers", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [sent, other] = [await holdText(storage, me, ab), await holdText(storage, me, ba)];
      await commit(storage, me, {
        accepted: [acceptanceOf(sent.id, { carrierId: "7f" }), acceptanceOf(other.id, { carrierId: "80" })],
      });
      const match = (ids: readonly string[], source: string, destination: string) =>
        storage.reconciliation.matchSent(ids, source, destination);
      expect(await match(["7f"], sent.source, sent.destination)).toBe("sent");
      expect(await match(["81", "7f"], sent.source, sent.destination)).toBe("sent");
      expect(await match(["81"], sent.source, sent.destination)).toBe("unknown");
      expect(await match([], sent.source, sent.destination)).toBe("unknown");
      expect(await match(["80"], sent.source, sent.destination)).toBe("elsewhere");
      expect(await match(["81", "80"], sent.source, sent.destination)).toBe("elsewhere");
      expect(await match(["7f"], sent.source, other.destination)).toBe("elsewhere");
      expect(await match(["7f"], other.source, sent.destination)).toBe("elsewhere");
      expect(await match(["7f"], "Acme", sent.destination)).toBe("elsewhere");
      expect(await match(["7f"], sent.source, "Acme")).toBe("elsewhere");
      const together = [["7f"], ["81"], ["80"]].map((ids) => match(ids, sent.source, sent.destination));
      expect(await Promise.all(together)).toEqual(["sent", "unknown", "elsewhere"]);
    });

    test("knows of each part of a long text what is known, and lets what is decided go first", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [open, done, single] = [
        await holdText(storage, me, ab),
        await holdText(storage, me, ab),
        await holdText(storage, me, ab),
      ];
      const accepted = [open, done].flatMap(({ id }) =>
        [0, 1, 2].map((part) => acceptanceOf(id, { part, parts: 3, carrierId: `${id}/${part}` })),
      );
      const failure = { code: "x", detail: "refused by the network" };
      await commit(storage, me, { accepted: [...accepted, acceptanceOf(single.id)] });
      await commit(storage, me, {
        receipts: [
          aReceipt(`${open.id}/1`, { at: NOON + 5 }),
          aReceipt(`${done.id}/2`, { state: "failed", failure, at: NOON + 7 }),
        ],
      });
      const openParts = [null, { state: "delivered", failure: null, at: NOON + 5 }, null];
      const doneParts = [null, null, { state: "failed", failure, at: NOON + 7 }];
      const partReceipts = await storage.reconciliation.openPartReceipts(10);
      // What is decided may have been ended at once instead.
      if ((await stateOfMessage(storage, done.id)) === "sent") {
        expect(partReceipts).toContainEqual({ messageId: done.id, parts: doneParts });
        expect(await storage.reconciliation.openPartReceipts(1)).toEqual([
          { messageId: done.id, parts: doneParts },
        ]);
      }
      for (const { messageId, parts } of partReceipts) {
        if (messageId === open.id) expect(parts).toEqual(openParts);
        expect(messageId).not.toBe(single.id);
      }
    });

    test("finds long texts that are complete, or that have waited for too long", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const complete = [aPart(ab, 1, NOON + 5), aPart(ab, 2, NOON + 6)];
      const old = [aPart(ba, 2, NOON)];
      const young = [aPart(ba, 1, NOON + 9, "udh8:9")];
      await commit(storage, me, { inbound: [...complete, ...old, ...young].map(waitWrite) });
      const ripe = async (before: number, limit = 10) => {
        const sets = await storage.reconciliation.ripeParts(before, limit);
        return new Set(sets.map((parts) => parts.map(({ key }) => key).join()));
      };
      const keys = (parts: readonly InboundMessage[]) => parts.map(({ key }) => key).join();
      expect(await ripe(NOON)).toEqual(new Set([keys(complete)]));
      expect(await ripe(NOON + 1)).toEqual(new Set([keys(complete), keys(old)]));
      expect((await ripe(NOON + DAY, 2)).size).toBe(2);
      const [set] = await storage.reconciliation.ripeParts(NOON, 1);
      expect(set?.[0]).toEqual({
        key: complete[0]!.key,
        from: ab.sender,
        to: ab.virtualNumber,
        reference: "udh8:3",
        total: 2,
        index: 1,
        text: "part 1",
        receivedAt: NOON + 5,
        link: "http",
        isJoined: false,
      });
      const joins = complete.map(({ key }) => key);
      await commit(storage, me, { inbound: [relayWrite(ab, { joins })] });
      expect(await ripe(NOON + 1)).toEqual(new Set([keys(old)]));
    });

    test("shows joined parts beside those that wait, until their words are erased", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [joined, waiting, other] = [aPart(ab, 1, NOON), aPart(ab, 1, NOON + 7), aPart(ba, 1, NOON + 8)];
      await commit(storage, me, {
        inbound: [waitWrite(joined), relayWrite(ab, { joins: [joined.key] }), waitWrite(waiting)],
      });
      await commit(storage, me, { inbound: [waitWrite(other), relayWrite(ba, { joins: [other.key] })] });
      const seen = async () => {
        const [ripe = [], ...others] = await storage.reconciliation.ripeParts(NOON + DAY, 10);
        expect(others).toEqual([]);
        expect(await storage.traffic.parts([setOf(joined)])).toEqual(ripe);
        return ripe.map(({ key, text, isJoined }) => ({ key, text, isJoined }));
      };
      const [first, second] = [joined, waiting].map(({ key, text }) => ({ key, text }));
      await storage.reconciliation.eraseJoinedParts(NOON);
      expect(await seen()).toEqual([
        { ...first, isJoined: true },
        { ...second, isJoined: false },
      ]);
      await storage.reconciliation.eraseJoinedParts(NOON + DAY);
      expect(await seen()).toEqual([{ ...second, isJoined: false }]);
      const again = await commit(storage, me, { inbound: [waitWrite({ ...joined, id: freshId() })] });
      expect(again.inbound).toEqual(["duplicate"]);
    });

    test("drops parts that wait, and knows their keys still", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [dropped, kept] = [aPart(ab, 1, NOON), aPart(ab, 2, NOON)];
      await commit(storage, me, { inbound: [dropped, kept].map(waitWrite) });
      await storage.reconciliation.dropParts([dropped.key, "never seen"]);
      await storage.reconciliation.dropParts([]);
      const ripe = await storage.reconciliation.ripeParts(NOON + DAY, 10);
      expect(ripe.flat().map(({ key, isJoined }) => [key, isJoined])).toEqual([
        [dropped.key, true],
        [kept.key, false],
      ]);
      const again = await commit(storage, me, { inbound: [waitWrite({ ...dropped, id: freshId() })] });
      expect(again.inbound).toEqual(["duplicate"]);
      expect(await storage.reconciliation.acceptedAt([dropped.key])).toEqual([NOON]);
    });

    test("finds what was sent long ago and never receipted", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const receivedAt = [NOON, NOON + 1, NOON + 2, NOON + 3];
      const inbound = receivedAt.map((at) => anInboundOn(ab, { receivedAt: at }));
      await commit(storage, me, {
        inbound: inbound.map((each) => relayWrite(ab, { own: true, inbound: each })),
      });
      const ids = inbound.map(({ id }) => id);
      await commit(storage, me, { accepted: [0, 1, 3].map((i) => acceptanceOf(ids[i]!)) });
      await commit(storage, me, { receipts: [aReceipt(`carrier-${ids[0]}`)] });
      expect(await storage.reconciliation.unreceipted(NOON + 1, 10)).toEqual([]);
      expect(await storage.reconciliation.unreceipted(NOON + 3, 10)).toEqual([ids[1]]);
      expect((await storage.reconciliation.unreceipted(NOON + 4, 10)).toSorted()).toEqual(
        [ids[1], ids[3]].toSorted(),
      );
      expect(await storage.reconciliation.unreceipted(NOON + 4, 1)).toHaveLength(1);
      // Again and again, until they have ended.
      const found = async () => (await storage.reconciliation.unreceipted(NOON + DAY, 10)).toSorted();
      expect(await found()).toEqual([ids[1], ids[3]].toSorted());
      expect(await found()).toEqual([ids[1], ids[3]].toSorted());
      const outcome = { messageId: ids[1]!, state: "expired", failure: null, at: NOON } as const;
      await commit(storage, me, { outcomes: [outcome] });
      expect(await found()).toEqual([ids[3]]);
      await commit(storage, me, { outcomes: [{ ...outcome, messageId: ids[3]! }] });
      expect(await found()).toEqual([]);
    });

    test("finds what waits in the queue beyond its time, in nobody's hand", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const claimed = await queueText(storage, me, ba);
      expect(
        await storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 1, now: NOON }),
      ).toHaveLength(1);
      await holdText(storage, me, ab);
      const requeued = await holdText(storage, me, ab);
      await commit(storage, me, { requeued: [requeuedOf(requeued, { dueAt: NOON + 9 * DAY })] });
      const behind = await queueText(storage, me, ab);
      const { expiresAt } = requeued;
      expect(await storage.reconciliation.overdue(expiresAt - 1, 10)).toEqual([]);
      const overdue = await storage.reconciliation.overdue(expiresAt, 10);
      expect(overdue.toSorted()).toEqual([requeued.id, behind.id]);
      expect(overdue).not.toContain(claimed.id);
      expect(await storage.reconciliation.overdue(expiresAt, 1)).toHaveLength(1);
      const outcomes = overdue.map(
        (messageId) => ({ messageId, state: "expired", failure: null, at: NOON }) as const,
      );
      await commit(storage, me, { outcomes });
      expect(await storage.reconciliation.overdue(expiresAt, 10)).toEqual([]);
    });

    test("forgets old receipts and old keys of joined parts, and no others", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [old, young, waiting] = [
        aPart(ab, 1, NOON),
        aPart(ab, 2, NOON + DAY),
        aPart(ab, 1, NOON, "udh8:5"),
      ];
      const message = await holdText(storage, me, ab);
      await commit(storage, me, {
        inbound: [old, young, waiting].map(waitWrite),
        receipts: [aReceipt("early", { at: NOON }), aReceipt(`carrier-${message.id}`, { at: NOON + DAY })],
      });
      await commit(storage, me, { inbound: [relayWrite(ab, { joins: [old.key, young.key] })] });
      await storage.reconciliation.prune(NOON + DAY);
      const again = [old, young, waiting].map((part) => waitWrite({ ...part, id: freshId() }));
      expect((await commit(storage, me, { inbound: again })).inbound).toEqual([
        "stored",
        "duplicate",
        "duplicate",
      ]);
      const late = await queueText(storage, me, ab);
      await commit(storage, me, {
        accepted: [acceptanceOf(late.id, { carrierId: "early" }), acceptanceOf(message.id)],
      });
      expect(await stateOfMessage(storage, late.id)).toBe("sent");
      expect(await stateOfMessage(storage, message.id)).toBe("delivered");
    });

    test("keeps so many receipts of unknown ids and so many texts of strangers, and forgets the oldest", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const texts = [2, 0, 1].map((at) => strangersText(NOON + at));
      const own = await holdText(storage, me, ab);
      await commit(storage, me, {
        inbound: texts,
        receipts: [2, 0, 1].map((at) => aReceipt(`early-${at}`, { at: NOON + at })),
      });
      const { reconciliation } = storage;
      expect(await reconciliation.dropExcess({ receipts: 3, strangers: 3 })).toEqual({
        receipts: 0,
        strangers: 0,
      });
      expect(await reconciliation.dropExcess({ receipts: 2, strangers: 1 })).toEqual({
        receipts: 1,
        strangers: 2,
      });
      const kept = await Promise.all(texts.map(({ inbound }) => stateOfMessage(storage, inbound.id)));
      expect(kept).toEqual(["unroutable", undefined, undefined]);
      expect(await stateOfMessage(storage, own.id)).toBe("sending");
      const accepted = [0, 1, 2].map((part) =>
        acceptanceOf(own.id, { part, parts: 3, carrierId: `early-${part}` }),
      );
      await commit(storage, me, { accepted });
      await reconciliation.matchParked(10);
      const [open] = await reconciliation.openPartReceipts(10);
      expect(open?.parts.map((part) => part?.state ?? null)).toEqual([null, "delivered", "delivered"]);
    });

    forgettingCases(store);
  });
};

const strangersText = (receivedAt: number): InboundWrite => ({
  inbound: anInbound(freshNumber(), freshNumber(), { receivedAt }),
  serviceId: DEFAULT_SERVICE_ID,
  routeVersion: null,
  joins: [],
  decision: { kind: "refuse", refusal: { kind: "unroutable", reason: "stranger" }, route: null },
});

const aPart = (route: Route, index: number, receivedAt: number, reference = "udh8:3"): InboundMessage =>
  anInboundOn(route, { text: `part ${index}`, receivedAt: receivedAt, part: { reference, total: 2, index } });
