import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Route } from "#core/domain/route.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  acceptanceOf,
  anInboundOn,
  aReceipt,
  DAY,
  freshIdAt,
  relayWrite,
  waitWrite,
} from "#test/support/traffic-builders.ts";
import { readAll } from "./conversations-reading.ts";
import {
  beat,
  commit,
  eventually,
  joinDispatch,
  openFixture,
  routeOf,
  type Store,
  stateOfMessage,
} from "./storage-fixture.ts";

/** A Thursday, in the future of any clock that an adapter may have. */
const THURSDAY = Date.UTC(2040, 0, 5);
const WEEK = 7 * DAY;

export const forgettingCases = (store: Store): void => {
  describe("forgetting", () => {
    test("takes what is old with all that is known of it, and leaves its conversation and what is younger", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const old = [await endedText(ab, me, THURSDAY), await endedText(ab, me, THURSDAY + 6 * DAY)];
      const young = await endedText(ab, me, THURSDAY + 2 * WEEK);
      const other = await endedText(ab, me, THURSDAY + 2 * WEEK + DAY);
      await beat(storage, me, freshIdAt(THURSDAY + 3 * WEEK));
      const first = await storage.conversations.messages(conversation.id, { limit: 1, after: null });
      expect(first.items.map(({ id }) => id)).toEqual([old[0]!.inbound.id]);

      for (let again = 0; again < 2; again += 1) {
        await storage.reconciliation.dropPartitions(THURSDAY + 2 * WEEK);
        for (const { inbound } of old) {
          expect(await storage.conversations.message(inbound.id)).toBeNull();
          expect(await storage.reconciliation.acceptedAt([inbound.key])).toEqual([null]);
        }
        expect(await stateOfMessage(storage, young.inbound.id)).toBe("delivered");
        const read = await readAll((page) => storage.conversations.messages(conversation.id, page), 1);
        expect(read.map(({ id }) => id)).toEqual([young.inbound.id, other.inbound.id]);
        const rest = await storage.conversations.messages(conversation.id, { limit: 9, after: first.next });
        expect(rest.items.map(({ id }) => id)).toEqual([young.inbound.id, other.inbound.id]);
        expect(await routeOf(storage, ab)).toEqual(ab);
      }
      const { receipts } = await commit(storage, me, { receipts: [aReceipt(carrierIdOf(old[0]!))] });
      expect(receipts).toEqual({ matched: 0, parked: 1 });
    });

    test("leaves what is as old as that instant, or a little older than it is now", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const text = await endedText(ab, me, THURSDAY + 3 * DAY);
      await beat(storage, me, freshIdAt(THURSDAY + 3 * WEEK));
      await storage.reconciliation.dropPartitions(THURSDAY + 3 * DAY);
      expect(await stateOfMessage(storage, text.inbound.id)).toBe("delivered");
    });

    test("leaves what is queued or in hand until that is over, and parts until they are joined", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await storage.reconciliation.createPartitions(THURSDAY);
      const held = textAt(ab, THURSDAY, true);
      const queued = textAt(ba, THURSDAY + WEEK, false);
      const part = anInboundOn(ab, {
        ...{ id: freshIdAt(THURSDAY + 2 * WEEK), receivedAt: THURSDAY + 2 * WEEK },
        part: { reference: "udh8:1", total: 2, index: 1 },
      });
      await commit(storage, me, { inbound: [held, queued, waitWrite(part)] });
      const forget = () => storage.reconciliation.dropPartitions(THURSDAY + 5 * WEEK);
      const states = () =>
        Promise.all([held.inbound, queued.inbound, part].map(({ id }) => stateOfMessage(storage, id)));
      const end = async (write: InboundWrite) => {
        const outcome = { state: "failed", failure: null, at: THURSDAY + 6 * WEEK } as const;
        await commit(storage, me, { outcomes: [{ messageId: write.inbound.id, ...outcome }] });
      };

      await forget();
      expect(await states()).toEqual(["sending", "queued", "partial"]);
      await end(held);
      await beat(storage, me, freshIdAt(THURSDAY + 6 * WEEK));
      await forget();
      expect(await states()).toEqual([undefined, "queued", "partial"]);
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 9,
        now: THURSDAY + 6 * WEEK,
      });
      expect(claims.map(({ message }) => message.id)).toEqual([queued.inbound.id]);
      await forget();
      expect(await states()).toEqual([undefined, "sending", "partial"]);
      await end(queued);
      await forget();
      expect(await states()).toEqual([undefined, undefined, "partial"]);
      const whole = relayWrite(ab, {
        joins: [part.key],
        inbound: anInboundOn(ab, { id: freshIdAt(THURSDAY + 6 * WEEK), receivedAt: THURSDAY + 2 * WEEK }),
      });
      expect((await commit(storage, me, { inbound: [whole] })).inbound).toEqual(["queued"]);
    });

    test("lets a text be taken anew that nobody remembers", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { inbound } = await endedText(ab, me, THURSDAY);
      const again = { ...inbound, id: freshIdAt(THURSDAY + 4 * WEEK), receivedAt: THURSDAY + 4 * WEEK };
      await beat(storage, me, freshIdAt(THURSDAY + 3 * WEEK));
      await storage.reconciliation.dropPartitions(THURSDAY + 2 * WEEK);
      const outcome = await commit(storage, me, { inbound: [relayWrite(ab, { inbound: again })] });
      expect(outcome.inbound).toEqual(["queued"]);
    });

    test("does not make a conversation idle: when somebody last texted is known on", async () => {
      const { storage } = store;
      const { conversation, ab } = await openFixture(storage, { conversation: { idleTtlMs: 10 * WEEK } });
      const silent = await openFixture(storage);
      const me = await joinDispatch(storage);
      await endedText(ab, me, THURSDAY);
      await endedText(ab, me, THURSDAY + DAY);
      const lastTexts = async () => {
        const both = [conversation, silent.conversation].map(({ id }) => storage.conversations.get(id));
        return (await Promise.all(both)).map((each) => each?.lastMessageAt);
      };
      await beat(storage, me, freshIdAt(THURSDAY + 3 * WEEK));
      await storage.reconciliation.dropPartitions(THURSDAY + 2 * WEEK);
      expect(await lastTexts()).toEqual([THURSDAY + DAY, null]);
      const due = async (now: number) => (await storage.conversations.due(now, 9)).map(({ id }) => id);
      expect(await due(THURSDAY + 10 * WEEK)).toEqual([]);
      expect(await due(THURSDAY + 10 * WEEK + DAY)).toEqual([conversation.id]);
    });

    test("goes on while others write, and loses nothing of theirs", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      await endedText(ab, me, THURSDAY);
      await beat(storage, me, freshIdAt(THURSDAY + 3 * WEEK));
      const written: string[] = [];
      let isDone = false;
      const writing = (async () => {
        while (!isDone) {
          const write = textAt(ab, THURSDAY + 3 * WEEK, false);
          expect((await commit(storage, me, { inbound: [write] })).inbound).toEqual(["queued"]);
          written.push(write.inbound.id);
          await nextTurn();
        }
      })();
      try {
        for (let week = 2; week < 10; week += 1) {
          await storage.reconciliation.createPartitions(THURSDAY + week * WEEK);
          await storage.reconciliation.dropPartitions(THURSDAY + 2 * WEEK);
          const enough = written.length + 5;
          await eventually(() => written.length > enough);
        }
      } finally {
        isDone = true;
        await writing;
      }
      for (const id of written) expect(await stateOfMessage(storage, id)).toBe("queued");
    });
  });

  const textAt = (route: Route, receivedAt: number, own: boolean): InboundWrite =>
    relayWrite(route, { own, inbound: anInboundOn(route, { id: freshIdAt(receivedAt), receivedAt }) });

  const carrierIdOf = ({ inbound }: InboundWrite): string => `carrier-${inbound.id}`;

  /** A text that was received then and has been delivered. */
  const endedText = async (route: Route, dispatcher: string, receivedAt: number): Promise<InboundWrite> => {
    const { storage } = store;
    await storage.reconciliation.createPartitions(receivedAt);
    const write = textAt(route, receivedAt, true);
    expect((await commit(storage, dispatcher, { inbound: [write] })).inbound).toEqual(["owned"]);
    await commit(storage, dispatcher, {
      accepted: [acceptanceOf(write.inbound.id)],
      receipts: [aReceipt(carrierIdOf(write))],
    });
    expect(await stateOfMessage(storage, write.inbound.id)).toBe("delivered");
    return write;
  };
};
