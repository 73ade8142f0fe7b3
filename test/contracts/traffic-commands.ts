import { describe, expect, test } from "vitest";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Command, CommandKind } from "#core/domain/wishes/command.ts";
import { SECOND_THOUGHTS_MS } from "#core/domain/wishes/wish.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  aConversation,
  aNoticeTo,
  anInbound,
  anInboundOn,
  aParticipant,
  DAY,
  freshId,
  freshNumber,
  NOON,
  openingOf,
  SECOND,
} from "#test/support/traffic-builders.ts";
import { allOf } from "./events.contract.ts";
import {
  commit,
  joinDispatch,
  openFixture,
  rent,
  routeOf,
  routesBetween,
  type Store,
} from "./storage-fixture.ts";

export const commandCases = (store: Store): void => {
  const now = async (route: Route): Promise<Route> => (await routeOf(store.storage, route))!;

  describe("STOP", () => {
    test("bars every live route that leads to whoever texted it, and gives each a new version", async () => {
      const { storage } = store;
      const { a, b, ab, ba } = await openFixture(storage);
      const other = await openFixture(storage, { b: { number: b.number } });
      const me = await joinDispatch(storage);
      const stop = commandWrite("stop", ba);
      expect((await commit(storage, me, { inbound: [stop] })).inbound[0]).toBeOneOf(["stored", "queued"]);
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toEqual({
        number: b.number,
        since: stop.inbound.receivedAt,
        ...{ source: "text", word: "stop", scope: "service", virtualNumber: ba.virtualNumber },
      });
      for (const route of [ab, other.ab]) {
        expect(await now(route)).toEqual({
          ...route,
          blockedBy: "opt-out",
          version: expect.not.stringMatching(`^${route.version}$`),
        });
      }
      expect(await now(ba)).toMatchObject({ blockedBy: null, senderWishes: { optedOutBy: "text" } });
      const { people } = await storage.conversations.openingFacts(
        DEFAULT_SERVICE_ID,
        [a.number, b.number],
        true,
      );
      expect(people.map(({ optedOut }) => optedOut)).toEqual([false, true]);
    });

    test("is answered once, and kept as a message that has arrived", async () => {
      const { storage } = store;
      const { ba, conversation } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const autoReply = aNoticeTo(ba);
      const stop = commandWrite("stop", ba, { autoReply });
      await commit(storage, me, { inbound: [stop] });
      await commit(storage, me, { inbound: [stop] });
      const again = { ...stop, inbound: { ...stop.inbound, id: freshId() } };
      expect((await commit(storage, me, { inbound: [again] })).inbound).toEqual(["duplicate"]);
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + DAY,
      });
      expect(claims.map(({ message }) => message)).toEqual([autoReply]);
      expect(await storage.conversations.message(stop.inbound.id)).toMatchObject({
        state: "delivered",
        conversationId: conversation.id,
      });
    });

    test("has no effect when it is delivered again after START", async () => {
      const { storage } = store;
      const { b, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const stop = commandWrite("stop", ba);
      await commit(storage, me, { inbound: [stop] });
      await commit(storage, me, { inbound: [commandWrite("start", await now(ba))] });
      const again = { ...stop, inbound: { ...stop.inbound, id: freshId() } };
      expect((await commit(storage, me, { inbound: [again] })).inbound).toEqual(["duplicate"]);
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toBeNull();
      expect((await now(ab)).blockedBy).toBeNull();
    });

    test("is heard from somebody whom we do not know", async () => {
      const { storage } = store;
      const { b } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const number = freshNumber();
      const inbound = anInbound(number, b.virtualNumber, { text: "STOP" });
      const decision = { kind: "command", command: aCommand("stop"), route: null, autoReply: null } as const;
      await commit(storage, me, {
        inbound: [{ inbound, serviceId: DEFAULT_SERVICE_ID, routeVersion: null, decision, joins: [] }],
      });
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, number)).toMatchObject({
        number,
        since: inbound.receivedAt,
      });
    });

    test("is kept with its time, its word and the number texted, as are all wishes after it", async () => {
      const { storage } = store;
      const { b, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const kinds = ["stop", "start", "block", "unblock"] as const;
      const writes: InboundWrite[] = [];
      for (const kind of kinds) {
        const write = commandWrite(kind, await now(ba));
        await commit(storage, me, { inbound: [write] });
        await commit(storage, me, { inbound: [write] });
        writes.push(write);
      }
      expect(await storage.optOuts.wishes(DEFAULT_SERVICE_ID, b.number)).toEqual(
        kinds.map((kind, i) => ({
          ...{ kind, word: kind, at: writes[i]!.inbound.receivedAt },
          ...{ source: "text", scope: "service", virtualNumber: ba.virtualNumber },
        })),
      );
    });

    test("is known to the routes of whoever said it, and when it was confirmed last", async () => {
      const { storage } = store;
      const { b, ba } = await openFixture(storage);
      const other = await openFixture(storage, { b: { number: b.number } });
      const me = await joinDispatch(storage);
      const stop = commandWrite("stop", ba, { autoReply: aNoticeTo(ba) });
      await commit(storage, me, { inbound: [stop] });
      const wishes = { optedOutBy: "text", confirmedAt: stop.inbound.receivedAt, unblockUntil: null };
      for (const route of [ba, other.ba]) expect((await now(route)).senderWishes).toEqual(wishes);
      await commit(storage, me, { inbound: [commandWrite("stop", await now(ba))] });
      expect((await now(ba)).senderWishes).toEqual(wishes);
      await commit(storage, me, { inbound: [commandWrite("start", await now(ba))] });
      expect((await now(ba)).senderWishes).toEqual(ba.senderWishes);
    });

    test("of all services widens the scope, and the first wish keeps its date", async () => {
      const { storage } = store;
      const { b, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const since = NOON - DAY;
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, since);
      const everything = commandWrite("stop", await now(ba), { command: { word: "stopall", scope: "all" } });
      await commit(storage, me, { inbound: [everything] });
      await commit(storage, me, { inbound: [commandWrite("stop", await now(ba))] });
      const all = { since, source: "text", word: "stopall", scope: "all" };
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toMatchObject(all);
    });

    test("has no effect when the decision is stale", async () => {
      const { storage } = store;
      const { b, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const stop = {
        ...commandWrite("stop", ba, { autoReply: aNoticeTo(ba) }),
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: ab.version,
      };
      expect((await commit(storage, me, { inbound: [stop] })).inbound).toEqual(["stale"]);
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toBeNull();
      expect((await now(ab)).version).toBe(ab.version);
      expect(
        await storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY }),
      ).toEqual([]);
    });
  });

  describe("START", () => {
    test("takes the opt-out back and lifts its bars, with new versions", async () => {
      const { storage } = store;
      const { b, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await commit(storage, me, { inbound: [commandWrite("stop", ba)] });
      const blockedBy = await now(ab);
      await commit(storage, me, { inbound: [commandWrite("start", await now(ba))] });
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toBeNull();
      const lifted = await now(ab);
      expect(lifted.blockedBy).toBeNull();
      expect([ab.version, blockedBy.version]).not.toContain(lifted.version);
    });

    test("does not lift a block, whichever came first", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      for (const commands of [
        ["stop", "block", "start"],
        ["block", "stop", "start"],
      ] as const) {
        const { ab, ba } = await openFixture(storage);
        for (const command of commands) {
          await commit(storage, me, { inbound: [commandWrite(command, await now(ba))] });
        }
        expect((await now(ab)).blockedBy).toBe("pair-block");
        expect((await now(ba)).blockedBy).toBe("pair-block");
      }
    });
  });

  describe("BLOCK", () => {
    test("bars both directions, and whatever else joins the two, now and later", async () => {
      const { storage } = store;
      const { a, b, ab, ba } = await openFixture(storage);
      const also = await openFixture(storage, { a: { number: a.number }, b: { number: b.number } });
      const apart = await openFixture(storage, { a: { number: a.number } });
      const me = await joinDispatch(storage);
      await commit(storage, me, { inbound: [commandWrite("block", ba)] });
      for (const route of [ab, ba, also.ab, also.ba]) {
        const blockedBy = await now(route);
        expect(blockedBy.blockedBy).toBe("pair-block");
        expect(blockedBy.version).not.toBe(route.version);
      }
      expect(await now(apart.ab)).toEqual(apart.ab);
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toBeNull();
      expect(
        (await storage.conversations.openingFacts(DEFAULT_SERVICE_ID, [a.number, b.number], true)).blocked,
      ).toBe(true);
      expect(
        (await storage.conversations.openingFacts(DEFAULT_SERVICE_ID, [b.number, a.number], true)).blocked,
      ).toBe(true);

      // Whoever decided on an opening just before the block must not get past it.
      const [forA, forB] = await rent(storage, 2);
      const people = [
        aParticipant(forA!, { number: a.number }),
        aParticipant(forB!, { number: b.number }),
      ] as const;
      expect(await storage.conversations.open(openingOf(aConversation(people)))).toEqual({ kind: "opened" });
      const late = await routesBetween(storage, ...people);
      expect([late.ab.blockedBy, late.ba.blockedBy]).toEqual(["pair-block", "pair-block"]);
    });
  });

  describe("UNBLOCK", () => {
    test("lifts the block of whoever says it, and the two may text again", async () => {
      const { storage } = store;
      const { a, b, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const block = commandWrite("block", ba);
      await commit(storage, me, { inbound: [block] });
      const unblockUntil = block.inbound.receivedAt + SECOND_THOUGHTS_MS;
      expect((await now(ba)).senderWishes).toEqual({ ...ba.senderWishes, unblockUntil });
      expect((await now(ab)).senderWishes).toEqual(ab.senderWishes);
      await commit(storage, me, { inbound: [commandWrite("unblock", await now(ba))] });
      for (const route of [ab, ba])
        expect(await now(route)).toEqual({
          ...route,
          version: expect.not.stringMatching(`^${route.version}$`),
        });
      expect(
        (await storage.conversations.openingFacts(DEFAULT_SERVICE_ID, [a.number, b.number], true)).blocked,
      ).toBe(false);
    });

    test("leaves a block that the other one has said", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      for (const [kind, route] of [
        ["block", ba],
        ["block", ab],
        ["unblock", ba],
      ] as const)
        await commit(storage, me, { inbound: [commandWrite(kind, await now(route))] });
      for (const route of [ab, ba]) expect((await now(route)).blockedBy).toBe("pair-block");
    });

    test("is known only to the route on which the block was said, in the words of which it was said last", async () => {
      const { storage } = store;
      const { a, b, ba } = await openFixture(storage);
      const also = await openFixture(storage, { a: { number: a.number }, b: { number: b.number } });
      const me = await joinDispatch(storage);
      await commit(storage, me, { inbound: [commandWrite("block", ba)] });
      expect((await now(also.ba)).senderWishes.unblockUntil).toBeNull();
      await commit(storage, me, { inbound: [commandWrite("block", await now(also.ba))] });
      expect((await now(ba)).senderWishes.unblockUntil).toBeNull();
      expect((await now(also.ba)).senderWishes.unblockUntil).not.toBeNull();
    });
  });

  test("THIS takes a STOP back and ends its conversation, once and with its quarantine, and leaves the others", async () => {
    const { storage } = store;
    const { conversation, ba, b } = await openFixture(storage);
    const other = await openFixture(storage, { b: { number: b.number } });
    const me = await joinDispatch(storage);
    await commit(storage, me, { inbound: [commandWrite("stop", ba, { autoReply: aNoticeTo(ba) })] });
    const closes = { conversationId: conversation.id, at: NOON + SECOND, quarantinedUntil: NOON + DAY };
    const narrowed = commandWrite("start", await now(ba), { autoReply: aNoticeTo(ba) });
    const write = { ...narrowed, decision: { ...narrowed.decision, closes } } as InboundWrite;
    await commit(storage, me, { inbound: [write] });
    await commit(storage, me, { inbound: [write] });
    expect(await storage.conversations.get(conversation.id)).toMatchObject({
      ...{ closedAt: NOON + SECOND, closeReason: "requested", version: 2 },
    });
    expect(await now(ba)).toMatchObject({ closedAt: NOON + SECOND, quarantinedUntil: NOON + DAY });
    expect(await now(other.ab)).toMatchObject({ closedAt: null, blockedBy: null });
    expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toBeNull();
    const told = await allOf(storage.events, { types: ["conversation.closed"] });
    expect(told.filter(({ subject }) => subject === conversation.id)).toHaveLength(1);
  });

  test("HELP changes nothing but is answered", async () => {
    const { storage } = store;
    const { ab, ba } = await openFixture(storage);
    const me = await joinDispatch(storage);
    const autoReply = aNoticeTo(ba);
    await commit(storage, me, { inbound: [commandWrite("help", ba, { autoReply })] });
    expect([await now(ab), await now(ba)]).toEqual([ab, ba]);
    const claims = await storage.dispatch.claim({
      dispatcher: me,
      ownedRecipientIds: [],
      limit: 9,
      now: NOON + DAY,
    });
    expect(claims.map(({ message }) => message.id)).toEqual([autoReply.id]);
  });
};

const aCommand = (kind: CommandKind, change: Partial<Command> = {}): Command => ({
  ...{ kind, word: kind, scope: "service" },
  ...change,
});

const commandWrite = (
  kind: CommandKind,
  route: Route,
  { autoReply = null as ReturnType<typeof aNoticeTo> | null, command = {} as Partial<Command> } = {},
): InboundWrite => ({
  inbound: anInboundOn(route, { text: kind.toUpperCase() }),
  serviceId: DEFAULT_SERVICE_ID,
  routeVersion: route.version,
  decision: { kind: "command", command: aCommand(kind, command), route, autoReply },
  joins: [],
});
