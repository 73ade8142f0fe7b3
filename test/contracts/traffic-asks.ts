import { describe, expect, test } from "vitest";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { strangerTalk } from "#core/domain/out-of-session.ts";
import { PARTITIONS, partitionOf } from "#core/domain/partition.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  anInboundOn,
  askWrite,
  freshId,
  freshNumber,
  relayWrite,
  waitWrite,
} from "#test/support/traffic-builders.ts";
import { commit, joinDispatch, openFixture, type Store, stateOfMessage } from "./storage-fixture.ts";

const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** Keys of the open texts of some conversations, whatever else is stored. */
const openKeys = async (
  storage: Storage,
  routes: readonly Route[],
  partitions: readonly number[] = ALL,
  except: readonly string[] = [],
): Promise<readonly string[]> => {
  const own = new Set(routes.map(({ conversationId }) => conversationId));
  const open = await storage.reconciliation.openAsks(partitions, except, 1_000);
  return open.filter(({ conversationId }) => own.has(conversationId)).map(({ key }) => key);
};

const asking = (route: Route, inbound: InboundMessage, joins: readonly string[] = []) =>
  askWrite(inbound, route.conversationId, joins);

export const askCases = (store: Store): void => {
  describe("a text that waits until the policy has been asked", () => {
    test("is found as it came, before all that came after it in its conversation", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const { ab: other } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second, third] = [anInboundOn(ab), anInboundOn(ba), anInboundOn(other)];
      const { inbound } = await commit(storage, me, {
        inbound: [asking(ab, first), asking(ba, second), asking(other, third)],
      });
      expect(inbound).toEqual(["stored", "stored", "stored"]);
      expect(await openKeys(storage, [ab, other])).toEqual([first.key, third.key]);
      const open = await storage.reconciliation.openAsks(ALL, [], 1_000);
      const { key, from, to, text, receivedAt, link } = first;
      const { conversationId } = ab;
      expect(open.find((each) => each.key === key)).toEqual({
        ...{ key, from, to, text, receivedAt, link, conversationId },
      });
      expect(await storage.reconciliation.openAsks(ALL, [], 1)).toHaveLength(1);
    });

    test("keeps its conversation out while its key is excepted, and is found in its own partition alone", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second] = [anInboundOn(ab), anInboundOn(ba)];
      await commit(storage, me, { inbound: [asking(ab, first), asking(ba, second)] });
      expect(await openKeys(storage, [ab], ALL, [first.key])).toEqual([]);
      const own = partitionOf(ab.conversationId);
      expect(await openKeys(storage, [ab], [own])).toEqual([first.key]);
      const others = ALL.filter((partition) => partition !== own);
      expect(await openKeys(storage, [ab], others)).toEqual([]);
      expect(await openKeys(storage, [ab], [])).toEqual([]);
    });

    test("is known when it is delivered again, before and after it is decided on", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const first = anInboundOn(ab);
      const write = asking(ab, first);
      const again = asking(ab, { ...first, id: freshId() });
      await commit(storage, me, { inbound: [write] });
      expect((await commit(storage, me, { inbound: [again, write] })).inbound).toEqual([
        "duplicate",
        "stored",
      ]);
      expect(await storage.reconciliation.acceptedAt([first.key])).toEqual([first.receivedAt]);
      const answer = relayWrite(ab, { own: true, joins: [first.key] });
      expect((await commit(storage, me, { inbound: [answer] })).inbound).toEqual(["owned"]);
      expect((await commit(storage, me, { inbound: [again] })).inbound).toEqual(["duplicate"]);
      expect(await openKeys(storage, [ab])).toEqual([]);
      expect(await stateOfMessage(storage, answer.inbound.id)).toBe("sending");
    });

    test("waits alike where it is a stranger's, and is forgotten by nobody else", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const from = freshNumber();
      const [first, second] = [anInboundOn(ab, { from }), anInboundOn(ab, { from })];
      const talk = strangerTalk(first);
      await commit(storage, me, { inbound: [askWrite(first, talk), askWrite(second, talk)] });
      const open = async () => {
        const asks = await storage.reconciliation.openAsks([partitionOf(talk)], [], 1_000);
        return asks.filter((ask) => ask.from === from);
      };
      expect(await open()).toMatchObject([{ key: first.key, conversationId: talk, text: first.text }]);
      const refused: InboundWrite = {
        ...{ inbound: anInboundOn(ab, { from }), serviceId: DEFAULT_SERVICE_ID, routeVersion: null },
        decision: { kind: "refuse", refusal: { kind: "unroutable", reason: "stranger" }, route: null },
        joins: [first.key],
      };
      expect((await commit(storage, me, { inbound: [refused] })).inbound).toEqual(["stored"]);
      expect(await open()).toMatchObject([{ key: second.key }]);
    });

    test("is decided on once, whoever else has asked", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const first = anInboundOn(ab);
      await commit(storage, me, { inbound: [asking(ab, first)] });
      const answers = [relayWrite(ab, { joins: [first.key] }), relayWrite(ab, { joins: [first.key] })];
      const outcomes = [];
      for (const answer of answers)
        outcomes.push(...(await commit(storage, me, { inbound: [answer] })).inbound);
      expect(outcomes).toEqual(["queued", "duplicate"]);
    });

    test("takes the parts that it is joined from with it, also in their batch, and is no part itself", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [one, two] = [1, 2].map((index) =>
        anInboundOn(ab, { part: { reference: "udh8:7", index, total: 2 } }),
      ) as [InboundMessage, InboundMessage];
      await commit(storage, me, { inbound: [waitWrite(one)] });
      const whole = asking(ab, anInboundOn(ab), [one.key, two.key]);
      const outcome = await commit(storage, me, { inbound: [waitWrite(two), whole] });
      expect(outcome.inbound).toEqual(["stored", "stored"]);
      const repeated = await commit(storage, me, { inbound: [waitWrite(two), whole] });
      expect(repeated.inbound).toEqual(["stored", "stored"]);
      const late = asking(ab, anInboundOn(ab), [one.key, two.key]);
      expect((await commit(storage, me, { inbound: [late] })).inbound).toEqual(["duplicate"]);
      expect(await openKeys(storage, [ab])).toEqual([whole.inbound.key]);
      const ripe = await storage.reconciliation.ripeParts(Number.MAX_SAFE_INTEGER, 1_000);
      expect(ripe.flat().filter(({ from }) => from === ab.sender)).toEqual([]);
    });
  });
};
