import { describe, expect, test } from "vitest";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Storage } from "#core/ports/storage.ts";
import { anInboundOn, freshId, relayWrite, setOf, waitWrite } from "#test/support/traffic-builders.ts";
import { commit, joinDispatch, openFixture, type Store, stateOfMessage } from "./storage-fixture.ts";

export const partCases = (store: Store): void => {
  describe("a part of a long text", () => {
    test("waits, in the order in which its text's parts come", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [third, first, otherText, otherSender] = [
        aPart(ab, 3),
        aPart(ab, 1),
        aPart(ab, 1, "udh8:8"),
        aPart(ba, 1),
      ];
      expect((await commit(storage, me, { inbound: [waitWrite(third)] })).inbound).toEqual(["stored"]);
      await commit(storage, me, { inbound: [first, otherText, otherSender].map(waitWrite) });
      const parts = await storage.traffic.parts([setOf(first)]);
      expect(parts).toEqual([third, first].map(asStored));
      expect(await storage.traffic.parts([setOf(otherText), setOf(otherSender)])).toHaveLength(2);
      expect(await storage.traffic.parts([])).toEqual([]);
      expect(await stateOfMessage(storage, first.id)).toBe("partial");
    });

    test("is known when it is delivered again, before and after its text is joined", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second] = [aPart(ab, 1), aPart(ab, 2)];
      await commit(storage, me, { inbound: [first, second].map(waitWrite) });
      const again = waitWrite({ ...first, id: freshId() });
      expect((await commit(storage, me, { inbound: [again] })).inbound).toEqual(["duplicate"]);
      const whole = relayWrite(ab, { joins: [first.key, second.key] });
      expect((await commit(storage, me, { inbound: [whole] })).inbound).toEqual(["queued"]);
      expect((await commit(storage, me, { inbound: [again] })).inbound).toEqual(["duplicate"]);
      expect(await waitingParts(storage, first)).toEqual([]);
    });

    test("is consumed with the text that it is joined into, also in its own batch", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second] = [aPart(ab, 1), aPart(ab, 2)];
      await commit(storage, me, { inbound: [waitWrite(second)] });
      const whole = relayWrite(ab, { own: true, joins: [second.key, first.key] });
      const outcome = await commit(storage, me, { inbound: [waitWrite(first), whole] });
      expect(outcome.inbound).toEqual(["stored", "owned"]);
      expect(await waitingParts(storage, first)).toEqual([]);
      expect(await stateOfMessage(storage, first.id)).toBeUndefined();
      expect(await stateOfMessage(storage, whole.inbound.id)).toBe("sending");
    });

    test("waits on when the decision on the whole text is stale", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const first = aPart(ab, 1);
      const whole = {
        ...relayWrite(ab, { joins: [first.key] }),
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: ba.version,
      };
      const outcome = await commit(storage, me, { inbound: [waitWrite(first), whole] });
      expect(outcome.inbound).toEqual(["stored", "stale"]);
      expect(await storage.traffic.parts([setOf(first)])).toHaveLength(1);
    });

    test("goes into one text only, however many join it at once", async () => {
      const { storage } = store;
      const { ab, conversation } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second] = [aPart(ab, 1), aPart(ab, 2)];
      await commit(storage, me, { inbound: [first, second].map(waitWrite) });
      const outcomes = await Promise.all(
        [[first.key, second.key], [second.key], [second.key, first.key], [first.key, second.key]].map(
          (joins) => commit(storage, me, { inbound: [relayWrite(ab, { joins })] }),
        ),
      );
      const answers = outcomes.flatMap(({ inbound }) => inbound);
      expect(answers.toSorted()).toEqual(["duplicate", "duplicate", "duplicate", "queued"]);
      const { items } = await storage.conversations.messages(conversation.id, { limit: 9, after: null });
      expect(items).toHaveLength(1);
    });

    test("that others have joined meanwhile leaves the rest waiting", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second] = [aPart(ab, 1), aPart(ab, 2)];
      await commit(storage, me, {
        inbound: [waitWrite(second), relayWrite(ab, { joins: [second.key] })],
      });
      const late = [waitWrite(first), relayWrite(ab, { joins: [first.key, second.key] })];
      expect((await commit(storage, me, { inbound: late })).inbound).toEqual(["stored", "duplicate"]);
      expect(await waitingParts(storage, first)).toEqual([asStored(first)]);
    });
  });
};

const aPart = (route: Route, index: number, reference = "udh8:7"): InboundMessage =>
  anInboundOn(route, { text: `part ${index} 😀`, part: { reference, total: 3, index } });

const asStored = ({ key, from, to, text, receivedAt, link, part }: InboundMessage) => ({
  ...{ key, from, to, text, receivedAt, link },
  ...{ ...part, isJoined: false },
});

const waitingParts = async (storage: Storage, message: InboundMessage) =>
  (await storage.traffic.parts([setOf(message)])).filter(({ isJoined }) => !isJoined);
