import fc from "fast-check";
import { expect, test } from "vitest";
import type { Conversation, Participant, Participants } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Storage } from "#core/ports/storage.ts";
import {
  aConversation,
  aParticipant,
  freshNumber,
  NOON,
  openingOf,
  SECOND,
  swapOf,
} from "#test/support/traffic-builders.ts";
import { rent, routeOf, type Store } from "./storage-fixture.ts";

const PEOPLE = 4;
const NUMBERS = 3;
const QUARANTINE_MS = 3 * SECOND;

const person = fc.nat({ max: PEOPLE - 1 });
const number = fc.nat({ max: NUMBERS - 1 });
/** Numbers are chosen blindly: storage has to tell the good choices from the bad ones. */
const stepArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.record({ open: fc.tuple(person, person), on: fc.tuple(number, number) }) },
  { weight: 2, arbitrary: fc.record({ close: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ swap: fc.nat(), side: fc.constantFrom(0, 1), joining: person, on: number }),
  },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, 2, 3) }) },
);

/** What a pair was last used for, as the rules have it. */
interface Use {
  readonly conversationId: string;
  readonly recipient: Msisdn;
  readonly freeFrom: number | null;
}

export const historyCases = (store: Store): void => {
  test("in any history of opening, closing and swapping every pair means one thing, and leads back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 15 }), async (steps) => {
        const { storage } = store;
        const people = Array.from({ length: PEOPLE }, () => freshNumber());
        const numbers = await rent(storage, NUMBERS);
        const uses = new Map<string, Use>();
        const open: Conversation[] = [];
        let now = NOON;

        const isFree = (sender: Msisdn, virtualNumber: Msisdn, recipient: Msisdn): boolean => {
          const use = uses.get(`${sender} ${virtualNumber}`);
          if (!use) return true;
          return use.freeFrom !== null && (use.recipient === recipient || use.freeFrom <= now);
        };
        const note = ({ id, participants: [a, b] }: Conversation, freeFrom: number | null): void => {
          uses.set(`${a.number} ${b.virtualNumber}`, { conversationId: id, recipient: b.number, freeFrom });
          uses.set(`${b.number} ${a.virtualNumber}`, { conversationId: id, recipient: a.number, freeFrom });
        };

        for (const step of steps) {
          now += SECOND;
          if ("open" in step) {
            const [a, b] = [people[step.open[0]]!, people[step.open[1]]!];
            if (a === b) continue;
            const [textedByA, textedByB] = [numbers[step.on[0]]!, numbers[step.on[1]]!];
            const participants: Participants = [
              aParticipant(textedByB, { number: a }),
              aParticipant(textedByA, { number: b }),
            ];
            const conversation = aConversation(participants, { openedAt: now });
            const expected = isFree(a, textedByA, b) && isFree(b, textedByB, a) ? "opened" : "conflict";
            expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: expected });
            if (expected === "conflict") continue;
            note(conversation, null);
            open.push(conversation);
          } else if ("close" in step) {
            const [closed] = open.splice(open.length === 0 ? 0 : step.close % open.length, 1);
            if (!closed) continue;
            const quarantinedUntil = now + QUARANTINE_MS;
            const closing = { id: closed.id, reason: "requested", at: now, unlessTextedAfter: null };
            await storage.conversations.close({ ...closing, quarantinedUntil });
            note(closed, quarantinedUntil);
          } else if ("swap" in step) {
            const at = open.length === 0 ? 0 : step.swap % open.length;
            const current = open[at];
            const swapped =
              current && swappedBy(current, step.side, people[step.joining]!, numbers[step.on]!);
            if (!swapped) continue;
            const { leaving, joining, staying } = swapped;
            const expected = isFree(joining.number, staying.virtualNumber, staying.number)
              ? "swapped"
              : "conflict";
            const quarantinedUntil = now + QUARANTINE_MS;
            const swap = {
              ...swapOf(swapped.before, leaving.id, joining, { at: now, quarantinedUntil }),
              conversationId: current.id,
            };
            const outcome = await storage.conversations.swap(swap);
            expect(outcome.kind).toBe(expected);
            if (outcome.kind !== "swapped") continue;
            note(current, quarantinedUntil);
            note(outcome.conversation, null);
            open[at] = outcome.conversation;
          } else now += step.wait * SECOND;
        }
        for (const conversation of open) await expectReversible(storage, conversation);
        for (const [pair, use] of uses) {
          const [sender, virtualNumber] = pair.split(" ") as [Msisdn, Msisdn];
          const route = await routeOf(storage, { sender, virtualNumber });
          expect(route).toMatchObject({
            conversationId: use.conversationId,
            recipient: use.recipient,
            quarantinedUntil: use.freeFrom,
          });
        }
      }),
      { numRuns: 30 },
    );
  });
};

/** A swap in which the new one texts `textedByJoining`; null for one that makes no sense. */
const swappedBy = (
  conversation: Conversation,
  side: number,
  newcomer: Msisdn,
  textedByJoining: Msisdn,
): {
  readonly before: Conversation;
  readonly leaving: Participant;
  readonly joining: Participant;
  readonly staying: Participant;
} | null => {
  const [a, b] = conversation.participants;
  const [leaving, stays] = side === 0 ? [a, b] : [b, a];
  if (newcomer === a.number || newcomer === b.number) return null;
  const staying = { ...stays, virtualNumber: textedByJoining };
  const participants: Participants = side === 0 ? [leaving, staying] : [staying, leaving];
  const joining = aParticipant(leaving.virtualNumber, { number: newcomer });
  return { before: { ...conversation, participants }, leaving, joining, staying };
};

/** What one texts reaches the other from the number that the other one's answer goes to. */
const expectReversible = async (
  storage: Storage,
  { id, participants: [a, b] }: Conversation,
): Promise<void> => {
  const there = await routeOf(storage, { sender: a.number, virtualNumber: b.virtualNumber });
  expect(there).toMatchObject({ conversationId: id, recipient: b.number, closedAt: null });
  const back = await routeOf(storage, { sender: there!.recipient, virtualNumber: there!.source });
  expect(back).toMatchObject({
    conversationId: id,
    recipient: a.number,
    source: b.virtualNumber,
    closedAt: null,
  });
};
