import { describe, expect, test } from "vitest";
import type { Swap } from "#core/ports/conversations.ts";
import {
  aConversation,
  aNoticeTo,
  aParticipant,
  DAY,
  FAR_OFF,
  freshId,
  NOON,
  openingOf,
  SECOND,
  swapOf,
} from "#test/support/traffic-builders.ts";
import { joinDispatch, openFixture, queueText, rent, routeOf, type Store } from "./storage-fixture.ts";

export const swappingCases = (store: Store): void => {
  describe("swapping a participant", () => {
    test("keeps the number that the other one texts, and puts the old one's pair in quarantine", async () => {
      const { storage } = store;
      const { conversation, a, b, ab, ba } = await openFixture(storage);
      const joining = aParticipant(b.virtualNumber);
      const swap = swapOf(conversation, b.id, joining);
      const former = [{ ...b, leftAt: swap.at }];
      const expected = { ...conversation, version: 2, participants: [a, joining], former };
      expect(await storage.conversations.swap(swap)).toEqual({ kind: "swapped", conversation: expected });
      expect(await storage.conversations.get(conversation.id)).toEqual(expected);

      const kept = await routeOf(storage, ab);
      expect(kept).toMatchObject({
        conversationId: conversation.id,
        senderId: a.id,
        recipientId: joining.id,
        recipient: joining.number,
        source: a.virtualNumber,
        closedAt: null,
        openedAt: swap.at,
      });
      expect(kept?.version).not.toBe(ab.version);
      const left = await routeOf(storage, ba);
      expect(left).toMatchObject({ closedAt: swap.at, quarantinedUntil: FAR_OFF, senderId: b.id });
      expect(left?.version).not.toBe(ba.version);
      const back = await routeOf(storage, { sender: joining.number, virtualNumber: a.virtualNumber });
      expect(back).toMatchObject({ recipientId: a.id, source: joining.virtualNumber, closedAt: null });
    });

    test("may give the new one another number to text", async () => {
      const { storage } = store;
      const { conversation, a, b } = await openFixture(storage);
      const [number] = await rent(storage);
      const joining = aParticipant(b.virtualNumber);
      const plain = swapOf(conversation, b.id, joining);
      const staying = { ...a, virtualNumber: number! };
      const swap: Swap = {
        ...plain,
        staying,
        routes: [
          { ...plain.routes[0], source: number! },
          { ...plain.routes[1], virtualNumber: number! },
        ],
      };
      expect(await storage.conversations.swap(swap)).toMatchObject({ kind: "swapped" });
      const kept = await routeOf(storage, { sender: a.number, virtualNumber: b.virtualNumber });
      expect(kept).toMatchObject({ recipient: joining.number, source: number });
      expect((await storage.conversations.get(conversation.id))?.participants).toEqual([staying, joining]);
    });

    test("repeated answers the same, and once it has happened it is a conflict for anybody else", async () => {
      const { storage } = store;
      const { conversation, b } = await openFixture(storage);
      const swap = swapOf(conversation, b.id, aParticipant(b.virtualNumber));
      const first = await storage.conversations.swap(swap);
      expect(await storage.conversations.swap(swap)).toEqual(first);
      const late = swapOf(conversation, b.id, aParticipant(b.virtualNumber));
      expect(await storage.conversations.swap(late)).toEqual({ kind: "conflict" });
      expect(await storage.conversations.swap({ ...late, conversationId: freshId() })).toEqual({
        kind: "closed",
      });
    });

    test("at once with two others happens once", async () => {
      const { storage } = store;
      const { conversation, b, ab } = await openFixture(storage);
      const joining = [
        aParticipant(b.virtualNumber),
        aParticipant(b.virtualNumber),
        aParticipant(b.virtualNumber),
      ];
      const outcomes = await Promise.all(
        joining.map((each) => storage.conversations.swap(swapOf(conversation, b.id, each))),
      );
      const winner = outcomes.findIndex(({ kind }) => kind === "swapped");
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["conflict", "conflict", "swapped"]);
      expect(await routeOf(storage, ab)).toMatchObject({ recipientId: joining[winner]!.id });
    });

    test("is refused once the conversation is closed", async () => {
      const { storage } = store;
      const { conversation, b } = await openFixture(storage);
      const closing = { id: conversation.id, reason: "requested", at: NOON, unlessTextedAfter: null };
      await storage.conversations.close({ ...closing, quarantinedUntil: FAR_OFF });
      const swap = swapOf(conversation, b.id, aParticipant(b.virtualNumber));
      expect(await storage.conversations.swap(swap)).toEqual({ kind: "closed" });
    });

    test("is a conflict when the new one's pair is taken, and then changes nothing", async () => {
      const { storage } = store;
      const { conversation, a, b, ab, ba } = await openFixture(storage);
      const busy = await openFixture(storage);
      const [number] = await rent(storage);
      const joining = aParticipant(b.virtualNumber, { number: busy.a.number });
      const taken = aConversation([
        aParticipant(number!, { number: busy.a.number }),
        aParticipant(a.virtualNumber),
      ]);
      expect(await storage.conversations.open(openingOf(taken))).toEqual({ kind: "opened" });
      const swap = swapOf(conversation, b.id, joining);
      expect(await storage.conversations.swap(swap)).toEqual({ kind: "conflict" });
      expect([await routeOf(storage, ab), await routeOf(storage, ba)]).toEqual([ab, ba]);
      expect(await storage.conversations.get(conversation.id)).toEqual(conversation);
    });

    test("is a conflict when the new one has one of our numbers", async () => {
      const { storage } = store;
      const { conversation, b } = await openFixture(storage);
      const [number] = await rent(storage);
      const swap = swapOf(conversation, b.id, aParticipant(b.virtualNumber, { number: number! }));
      expect(await storage.conversations.swap(swap)).toEqual({ kind: "conflict" });
    });

    test("queues the intro, keeps the end, and leaves older texts to whom they were for", async () => {
      const { storage } = store;
      const expiresAt = NOON + 9 * DAY;
      const { conversation, b, ab } = await openFixture(storage, { conversation: { expiresAt } });
      const me = await joinDispatch(storage);
      const older = await queueText(storage, me, ab);
      const joining = aParticipant(b.virtualNumber);
      const intro = aNoticeTo(ab, { recipientId: joining.id, destination: joining.number });
      const swap = swapOf(conversation, b.id, joining, { intros: [intro] });
      await storage.conversations.swap(swap);
      const claims = await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + 2 * DAY,
      });
      expect(claims).toEqual([
        {
          message: older,
          attempts: 0,
          answerLost: false,
          validUntil: swap.quarantinedUntil,
          blockedBy: null,
        },
        {
          message: intro,
          attempts: 0,
          answerLost: false,
          validUntil: Number.POSITIVE_INFINITY,
          blockedBy: null,
        },
      ]);
      expect(await routeOf(storage, ab)).toMatchObject({ recipientId: joining.id, expiresAt });
    });

    test("lets the old one be reached again only after quarantine, or by the same two", async () => {
      const { storage } = store;
      const { conversation, a, b } = await openFixture(storage);
      const swap = swapOf(conversation, b.id, aParticipant(b.virtualNumber), {
        quarantinedUntil: NOON + 2 * DAY,
      });
      await storage.conversations.swap(swap);
      const [number] = await rent(storage);
      const stranger = aParticipant(a.virtualNumber);
      const old = { ...b, id: freshId(), virtualNumber: number! };
      const early = aConversation([stranger, old], { openedAt: NOON + 2 * DAY - SECOND });
      expect(await storage.conversations.open(openingOf(early))).toEqual({ kind: "conflict" });
      const again = aConversation([{ ...a, id: freshId() }, old], { openedAt: NOON + 2 * DAY - SECOND });
      expect(await storage.conversations.open(openingOf(again))).toEqual({ kind: "opened" });
      const other = await openFixture(storage);
      await storage.conversations.swap(
        swapOf(other.conversation, other.b.id, aParticipant(other.b.virtualNumber), {
          quarantinedUntil: NOON + 2 * DAY,
        }),
      );
      const [free] = await rent(storage);
      const late = aConversation(
        [aParticipant(other.a.virtualNumber), { ...other.b, id: freshId(), virtualNumber: free! }],
        { openedAt: NOON + 2 * DAY },
      );
      expect(await storage.conversations.open(openingOf(late))).toEqual({ kind: "opened" });
    });
  });
};
