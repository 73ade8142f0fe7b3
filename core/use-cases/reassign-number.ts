import { CLOSE_REASON, type Conversation } from "#core/domain/conversation.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Events } from "#core/ports/events.ts";
import type { PairBlocks } from "#core/ports/pair-blocks.ts";
import type { RulesOf } from "#core/ports/services.ts";

export interface ReassignNumberPorts {
  readonly conversations: Pick<Conversations, "get" | "list" | "close" | "unlinkPairs">;
  readonly pairBlocks: Pick<PairBlocks, "saidBy" | "remove">;
  readonly events: Pick<Events, "tell">;
  readonly rulesOf: RulesOf;
  readonly clock: Pick<Clock, "now">;
}

const PAGE = 100;
const PAGES_MAX = 1_000;

/**
 * The real number of a participant has a new owner: ends what is open with it, and forgets whom the old one talked to and had blocked.
 * Opt-outs, and blocks against the number, stay: it is safer to send too little. Null: there is no such participant, or no number is known.
 */
export const reassignNumber =
  ({ conversations, pairBlocks, events, rulesOf, clock }: ReassignNumberPorts) =>
  async (conversationId: string, participantId: string): Promise<Conversation | null> => {
    const conversation = await conversations.get(conversationId);
    const everybody = conversation ? [...conversation.participants, ...conversation.former] : [];
    const participant = everybody.find(({ id }) => id === participantId);
    if (!conversation || !participant || participant.number === "") return null;
    const { number } = participant;
    for (let page = 0; page < PAGES_MAX; page++) {
      const { items } = await conversations.list(
        { serviceId: null, state: "open", participant: number, reference: null },
        { limit: PAGE, after: null },
      );
      if (items.length === 0) break;
      for (const each of items) {
        const at = clock.now();
        const { quarantineMs } = await rulesOf(each.serviceId);
        await conversations.close({
          ...{ id: each.id, reason: CLOSE_REASON.reassigned, at, unlessTextedAfter: null },
          quarantinedUntil: at + quarantineMs,
        });
      }
    }
    await conversations.unlinkPairs(number);
    for (const id of await pairBlocks.saidBy(number)) await pairBlocks.remove(id, clock.now());
    const { serviceId } = conversation;
    const data = { conversationId };
    await events.tell([
      { type: "participant.reassigned", subject: participantId, data, serviceId, at: clock.now() },
    ]);
    return conversations.get(conversationId);
  };
