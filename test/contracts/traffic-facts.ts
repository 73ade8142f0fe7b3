import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFinal } from "#core/domain/message-state.ts";
import { combineReceipts, type FinalReceiptState } from "#core/domain/receipt.ts";
import type { Route } from "#core/domain/route.ts";
import type { Batch } from "#core/ports/traffic.ts";
import {
  acceptanceOf,
  aReceipt,
  DAY,
  freshId,
  NOON,
  requeuedOf,
  SECOND,
} from "#test/support/traffic-builders.ts";
import {
  commit,
  holdText,
  joinDispatch,
  openFixture,
  queueText,
  type Store,
  stateOfMessage,
} from "./storage-fixture.ts";

export const factCases = (store: Store): void => {
  /** What the sweep does: ends long texts of whose parts enough is known. */
  const fold = async (me: string): Promise<void> => {
    const open = await store.storage.reconciliation.openPartReceipts(100);
    const outcomes = open
      .map(({ messageId, parts }) => combineReceipts(messageId, parts))
      .filter((v) => v !== null);
    await commit(store.storage, me, { outcomes });
  };

  describe("a message", () => {
    test("is sent once a carrier has taken it", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, { accepted: [acceptanceOf(id, { attempts: 2, at: NOON + 3 * SECOND })] });
      expect(await storage.conversations.message(id)).toMatchObject({
        state: "sent",
        link: "smpp",
        attempts: 2,
        carrierMessageIds: [`carrier-${id}`],
        sentAt: NOON + 3 * SECOND,
        finalAt: null,
      });
    });

    test("of several parts is sent once its last part is taken", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, {
        accepted: [acceptanceOf(id, { parts: 2, part: 0, carrierId: `${id}/0` })],
      });
      expect(await stateOfMessage(storage, id)).toBe("sending");
      await commit(storage, me, {
        accepted: [acceptanceOf(id, { parts: 2, part: 1, carrierId: `${id}/1` })],
      });
      expect(await storage.conversations.message(id)).toMatchObject({
        state: "sent",
        carrierMessageIds: [`${id}/0`, `${id}/1`],
      });
    });

    test("taken without an id is sent, and waits for no receipt by that", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, { accepted: [acceptanceOf(id, { carrierId: null, link: "http" })] });
      expect(await storage.conversations.message(id)).toMatchObject({
        state: "sent",
        link: "http",
        carrierMessageIds: [],
      });
    });

    test("whose answer was lost is unknown until it is taken", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const message = await holdText(storage, me, ab);
      await commit(storage, me, { requeued: [requeuedOf(message, { answerLost: true, attempts: 3 })] });
      expect(await storage.conversations.message(message.id)).toMatchObject({
        state: "unknown",
        attempts: 3,
      });
      const [claim] = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 1,
        now: NOON + DAY,
      });
      expect(claim).toMatchObject({ message, attempts: 3, answerLost: true });
      await commit(storage, me, { accepted: [acceptanceOf(message.id)] });
      expect(await stateOfMessage(storage, message.id)).toBe("sent");
    });

    test("that was put back into the queue waits there with its attempts", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const message = await holdText(storage, me, ab);
      const requeued = [requeuedOf(message, { attempts: 4, dueAt: NOON + 60 * SECOND })];
      await commit(storage, me, { requeued });
      await commit(storage, me, { requeued });
      expect(await stateOfMessage(storage, message.id)).toBe("queued");
      const claim = (now: number) =>
        storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 9, now });
      expect(await claim(NOON + 59 * SECOND)).toEqual([]);
      const expected = {
        message,
        attempts: 4,
        answerLost: false,
        validUntil: Number.POSITIVE_INFINITY,
        blockedBy: null,
      };
      expect(await claim(NOON + 60 * SECOND)).toEqual([expected]);
    });

    test.each(["accepted", "failed"] as const)(
      "that is %s leaves the queue for good",
      async (partReceipt) => {
        const { storage } = store;
        const { ab } = await openFixture(storage);
        const me = await joinDispatch(storage);
        const message = await queueText(storage, me, ab);
        const fact: Partial<Batch> =
          partReceipt === "accepted"
            ? { accepted: [acceptanceOf(message.id)] }
            : { outcomes: [{ messageId: message.id, state: "failed", failure: null, at: NOON }] };
        await commit(storage, me, fact);
        await commit(storage, me, { requeued: [requeuedOf(message)] });
        expect(
          await storage.dispatch.claim({ dispatcher: me, ownedRecipientIds: [], limit: 9, now: NOON + DAY }),
        ).toEqual([]);
        expect(await stateOfMessage(storage, message.id)).toBe(
          partReceipt === "accepted" ? "sent" : "failed",
        );
      },
    );

    test("that is taken over one link after a part of it went over another is sent once", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, {
        accepted: [acceptanceOf(id, { parts: 3, part: 0, carrierId: `${id}/smpp` })],
      });
      await commit(storage, me, {
        accepted: [acceptanceOf(id, { parts: 1, part: 0, carrierId: `${id}/http`, link: "http" })],
      });
      expect(await stateOfMessage(storage, id)).toBe("sent");
      await commit(storage, me, { receipts: [aReceipt(`${id}/http`)] });
      await fold(me);
      expect(await stateOfMessage(storage, id)).toBe("delivered");
    });
  });

  test("a message that was started over counts as it was sent last", async () => {
    const { storage } = store;
    const { ab } = await openFixture(storage);
    const me = await joinDispatch(storage);
    const { id } = await holdText(storage, me, ab);
    const first = acceptanceOf(id, { parts: 3, part: 0, carrierId: `${id}/first` });
    const again = [0, 1].map((part) =>
      acceptanceOf(id, { parts: 2, part, carrierId: `${id}/${part}`, link: "http" }),
    );
    await commit(storage, me, { accepted: [first] });
    await commit(storage, me, { accepted: again });
    await commit(storage, me, { receipts: [aReceipt(`${id}/first`, { state: "failed" })] });
    await fold(me);
    expect(await stateOfMessage(storage, id)).toBe("sent");
    await commit(storage, me, { receipts: again.map(({ carrierId }) => aReceipt(carrierId!)) });
    await fold(me);
    expect(await stateOfMessage(storage, id)).toBe("delivered");
  });

  describe("a receipt", () => {
    test.each(["delivered", "failed", "expired"] as const)(
      "of a message in one part ends it as %s",
      async (state) => {
        const { storage } = store;
        const { ab } = await openFixture(storage);
        const me = await joinDispatch(storage);
        const { id } = await holdText(storage, me, ab);
        await commit(storage, me, { accepted: [acceptanceOf(id)] });
        const failure = state === "delivered" ? null : { code: "6", detail: "the handset cannot be reached" };
        const receipts = [aReceipt(`carrier-${id}`, { state, failure, at: NOON + 9 * SECOND })];
        expect((await commit(storage, me, { receipts })).receipts).toEqual({ matched: 1, parked: 0 });
        expect(await storage.conversations.message(id)).toMatchObject({
          state,
          failure,
          finalAt: NOON + 9 * SECOND,
        });
      },
    );

    test("is matched by the first of its readings that is known", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [first, second] = [await holdText(storage, me, ab), await holdText(storage, me, ab)];
      await commit(storage, me, { accepted: [acceptanceOf(first.id), acceptanceOf(second.id)] });
      const carrierIds = ["ff", `carrier-${second.id}`, `carrier-${first.id}`];
      await commit(storage, me, { receipts: [aReceipt("255", { carrierIds })] });
      expect(await stateOfMessage(storage, second.id)).toBe("delivered");
      expect(await stateOfMessage(storage, first.id)).toBe("sent");
    });

    test("that comes before the carrier's answer is kept and matched when the answer is recorded", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      const receipt = aReceipt("none", { carrierIds: ["other", `carrier-${id}`] });
      expect((await commit(storage, me, { receipts: [receipt] })).receipts).toEqual({
        matched: 0,
        parked: 1,
      });
      expect(await stateOfMessage(storage, id)).toBe("sending");
      await commit(storage, me, { accepted: [acceptanceOf(id)] });
      expect(await stateOfMessage(storage, id)).toBe("delivered");
      expect(await storage.reconciliation.matchParked(10)).toBe(0);
    });

    test("that comes before the carrier's answer and names other numbers than its message's changes nothing", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      const given = async (sender: Route, state: FinalReceiptState): Promise<void> => {
        const between = { virtualNumber: sender.source, handset: sender.recipient };
        const receipt = aReceipt("none", { carrierIds: ["other", `carrier-${id}`], state, between });
        await commit(storage, me, { receipts: [receipt] });
        await storage.reconciliation.matchParked(10);
      };
      await given(ba, "failed");
      await given({ ...ab, recipient: ba.recipient }, "expired");
      await given({ ...ab, source: ba.source }, "failed");
      await commit(storage, me, { accepted: [acceptanceOf(id)] });
      await storage.reconciliation.matchParked(10);
      expect(await stateOfMessage(storage, id)).toBe("sent");
      await given({ ...ab, recipient: ba.recipient }, "failed");
      expect(await stateOfMessage(storage, id)).toBe("sent");
      await given(ab, "delivered");
      expect(await stateOfMessage(storage, id)).toBe("delivered");
    });

    test("that comes before the carrier's answer and names its message's numbers counts then", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      const between = { virtualNumber: ab.source, handset: ab.recipient };
      await commit(storage, me, { receipts: [aReceipt(`carrier-${id}`, { between })] });
      await commit(storage, me, { accepted: [acceptanceOf(id)] });
      expect(await stateOfMessage(storage, id)).toBe("delivered");
    });

    test("that comes together with the carrier's answer is matched at the latest by the sweep", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, { accepted: [acceptanceOf(id)], receipts: [aReceipt(`carrier-${id}`)] });
      await storage.reconciliation.matchParked(10);
      expect(await stateOfMessage(storage, id)).toBe("delivered");
    });

    test("that is written at the same time as the carrier's answer is matched at the latest by the sweep", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const messages = await Promise.all(Array.from({ length: 20 }, () => holdText(storage, me, ab)));
      await Promise.all(
        messages.flatMap(({ id }) => [
          commit(storage, me, { accepted: [acceptanceOf(id)] }),
          commit(storage, me, { receipts: [aReceipt(`carrier-${id}`)] }),
        ]),
      );
      await storage.reconciliation.matchParked(100);
      for (const { id } of messages) expect(await stateOfMessage(storage, id)).toBe("delivered");
    });

    test("of each part makes a long text delivered, and one that failed makes it fail", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const [good, bad] = [await holdText(storage, me, ab), await holdText(storage, me, ab)];
      const parts = [0, 1];
      for (const { id } of [good, bad]) {
        const accepted = parts.map((part) =>
          acceptanceOf(id, { part, parts: 2, carrierId: `${id}/${part}` }),
        );
        await commit(storage, me, { accepted });
      }
      await commit(storage, me, { receipts: [aReceipt(`${good.id}/1`)] });
      await fold(me);
      expect(await stateOfMessage(storage, good.id)).toBe("sent");
      const failure = { code: "9", detail: "refused by the network" };
      await commit(storage, me, {
        receipts: [aReceipt(`${good.id}/0`), aReceipt(`${bad.id}/1`, { state: "failed", failure })],
      });
      await fold(me);
      expect(await stateOfMessage(storage, good.id)).toBe("delivered");
      expect(await storage.conversations.message(bad.id)).toMatchObject({ state: "failed", failure });
      expect(await storage.reconciliation.openPartReceipts(10)).toEqual([]);
    });
  });

  describe("facts", () => {
    test("about messages that nobody knows change nothing", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      const id = freshId();
      const outcomes = [{ messageId: id, state: "failed", failure: null, at: NOON }] as const;
      await commit(storage, me, { accepted: [acceptanceOf(id)], outcomes });
      expect(await storage.conversations.message(id)).toBeNull();
    });

    test("may be told twice", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      const facts: Partial<Batch> = { accepted: [acceptanceOf(id)], receipts: [aReceipt(`carrier-${id}`)] };
      await commit(storage, me, facts);
      await commit(storage, me, facts);
      await storage.reconciliation.matchParked(10);
      expect(await storage.conversations.message(id)).toMatchObject({
        state: "delivered",
        carrierMessageIds: [`carrier-${id}`],
      });
    });

    test("never change a state that is final, in whatever order and however often they come", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const fact = fc.oneof(
        fc.constant("accept" as const),
        fc.constant("defer" as const),
        fc.record({ receipt: fc.constantFrom("delivered", "failed", "expired") }),
        fc.record({ outcome: fc.constantFrom("delivered", "failed", "expired") }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fact, { minLength: 1, maxLength: 8 }), async (history) => {
          const message = await queueText(storage, me, ab);
          const { id } = message;
          let final: string | null = null;
          for (const each of history) {
            if (each === "accept") await commit(storage, me, { accepted: [acceptanceOf(id)] });
            else if (each === "defer") await commit(storage, me, { requeued: [requeuedOf(message)] });
            else if ("receipt" in each) {
              await commit(storage, me, { receipts: [aReceipt(`carrier-${id}`, { state: each.receipt })] });
            } else {
              const outcome = { messageId: id, state: each.outcome, failure: null, at: NOON };
              await commit(storage, me, { outcomes: [outcome] });
            }
            const record = await storage.conversations.message(id);
            if (final) expect(record?.state).toBe(final);
            if (record && isFinal(record.state)) final = record.state;
          }
          await commit(storage, me, {
            outcomes: [{ messageId: id, state: "failed", failure: null, at: NOON }],
          });
          if (final) expect(await stateOfMessage(storage, id)).toBe(final);
        }),
        { numRuns: 25 },
      );
    });
  });
};
