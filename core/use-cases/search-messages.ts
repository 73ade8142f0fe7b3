import type { Conversation } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { explainedBy } from "#core/domain/replaced.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations, FoundMessage, MessageSearch, Page } from "#core/ports/conversations.ts";

export interface SearchMessagesPorts {
  readonly conversations: Pick<Conversations, "searchMessages" | "openOn" | "get">;
  readonly clock: Clock;
}

export interface SearchMessagesInput {
  /** Null: of any. */
  readonly serviceId: string | null;
  readonly number: Msisdn;
  readonly state: MessageSearch["state"];
  /** Null: a month ago. */
  readonly from: number | null;
  /** Null: now. */
  readonly until: number | null;
}

/** A number that the sender texted as a stranger, and the open conversations in which participants text it. */
export interface NearMiss {
  readonly virtualNumber: Msisdn;
  readonly conversations: readonly Conversation[];
}

export interface SearchMessagesOutcome {
  readonly items: readonly FoundMessage[];
  readonly next: string | null;
  readonly nearMisses: readonly NearMiss[];
}

const MONTH_MS = 30 * 86_400_000;
/** How many numbers, and conversations on each, are shown as near misses. */
const NEAR_NUMBERS_MAX = 5;
const NEAR_CONVERSATIONS_MAX = 20;

/**
 * Finds texts from and to a number, newest first, also those that belong to no conversation. Somebody who texts from a second phone is a
 * stranger there: the near misses tell under which number each participant is known who may text what was texted.
 */
export const searchMessages =
  ({ conversations, clock }: SearchMessagesPorts) =>
  async (
    { serviceId, number, state, from, until }: SearchMessagesInput,
    page: Page,
  ): Promise<SearchMessagesOutcome> => {
    const end = until ?? clock.now();
    const query = { serviceId, number, state, from: from ?? end - MONTH_MS, until: end };
    const { items, next } = await conversations.searchMessages(query, page);
    const ids = [...new Set(items.flatMap(({ conversationId }) => conversationId ?? []))];
    const known = await Promise.all(ids.map((id) => conversations.get(id)));
    const byId = new Map(known.flatMap((each) => (each ? [[each.id, each] as const] : [])));
    const texted = [...new Set(items.flatMap((item) => item.texted ?? []))].slice(0, NEAR_NUMBERS_MAX);
    return {
      items: items.map((item) => ({
        ...explainedBy(byId.get(item.conversationId ?? "") ?? null, item),
        texted: item.texted,
      })),
      next,
      nearMisses: await Promise.all(
        texted.map(async (virtualNumber) => ({
          virtualNumber,
          conversations: await conversations.openOn(virtualNumber, NEAR_CONVERSATIONS_MAX),
        })),
      ),
    };
  };
