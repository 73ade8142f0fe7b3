import type { Opening } from "#core/domain/opening.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import type { Swap } from "#core/ports/conversations.ts";
import { Broken } from "./broken.ts";

/** What a pair meant, and when, by the true clock. */
export interface PairMeaning extends RouteDefinition {
  readonly from: number;
  /** When the conversation ends by itself, by the clock of whoever opened it; null: never. */
  readonly expiresAt: number | null;
  until: number;
  quarantinedUntil: number;
  /** Given to people who have nothing to do with those before. */
  readonly fresh: boolean;
}

/** The judge's own book of routes, written from what was committed: rules 1, 2 and 8. */
export interface Pairs {
  opened(opening: Opening): void;
  swapped(swap: Swap): void;
  /** Until when its pairs are in quarantine. */
  closed(conversationId: string, quarantinedUntil: number): void;
  /** All meanings of a pair so far, oldest first. */
  meanings(sender: string, virtualNumber: string): readonly PairMeaning[];
  current(sender: string, virtualNumber: string): PairMeaning | null;
  /** Whether a pair was free for these two during the whole of a time that ends now. */
  freeSince(sender: string, recipient: string, virtualNumber: string, since: number): boolean;
}

export interface PairsOptions {
  readonly now: () => number;
  readonly epoch: number;
  /** How far a process's clock may be from the true one. */
  readonly skewMaxMs: number;
  readonly serviceOf: ReadonlyMap<string, string>;
}

export const createPairs = ({ now, epoch, skewMaxMs, serviceOf }: PairsOptions): Pairs => {
  const pairs = new Map<string, PairMeaning[]>();
  const byConversation = new Map<string, PairMeaning[]>();

  const meaningsOf = (sender: string, virtualNumber: string): PairMeaning[] => {
    const key = `${sender}>${virtualNumber}`;
    const meanings = pairs.get(key) ?? [];
    pairs.set(key, meanings);
    return meanings;
  };

  const begin = (route: RouteDefinition, expiresAt: number | null): void => {
    const meanings = meaningsOf(route.sender, route.virtualNumber);
    const before = meanings.at(-1);
    const at = now();
    if (before && before.until > at)
      throw new Broken("one meaning", "a pair was given away while it was live");
    if (before && before.quarantinedUntil - skewMaxMs > at && before.recipient !== route.recipient)
      throw new Broken("never a stranger", "a pair was given away during its quarantine");
    const related = before?.recipient === route.recipient || before?.conversationId === route.conversationId;
    const meaning: PairMeaning = {
      ...route,
      fresh: !related,
      from: at,
      expiresAt,
      until: Number.POSITIVE_INFINITY,
      quarantinedUntil: Number.POSITIVE_INFINITY,
    };
    meanings.push(meaning);
    byConversation.set(route.conversationId, [...(byConversation.get(route.conversationId) ?? []), meaning]);
  };

  /** Rule 2: what the one texts reaches the other from the number that the other texts. */
  const mustBeReversible = ([a, b]: readonly [RouteDefinition, RouteDefinition]): void => {
    const mirrored =
      a.sender === b.recipient &&
      a.recipient === b.sender &&
      a.source === b.virtualNumber &&
      b.source === a.virtualNumber &&
      a.senderId === b.recipientId &&
      a.recipientId === b.senderId;
    if (!mirrored)
      throw new Broken("reversible", "the two routes of a conversation do not mirror each other");
  };

  const mustStayInService = (routes: Opening["routes"], serviceId: string | undefined): void => {
    if (routes.some(({ virtualNumber }) => serviceOf.get(virtualNumber) !== serviceId))
      throw new Broken("services apart", "a conversation was given a number of another service");
  };

  const closed = (conversationId: string, quarantinedUntil: number): void => {
    for (const meaning of byConversation.get(conversationId) ?? []) {
      if (meaning.until <= now()) continue;
      meaning.until = now();
      meaning.quarantinedUntil = quarantinedUntil;
    }
  };

  return {
    opened: ({ conversation, routes }) => {
      mustBeReversible(routes);
      mustStayInService(routes, conversation.serviceId);
      for (const route of routes) begin(route, conversation.expiresAt);
    },
    swapped: (swap) => {
      mustBeReversible(swap.routes);
      const before = byConversation.get(swap.conversationId)?.at(-1);
      mustStayInService(swap.routes, serviceOf.get(before?.virtualNumber ?? ""));
      const expiresAt = before?.expiresAt ?? null;
      closed(swap.conversationId, swap.quarantinedUntil - epoch);
      for (const route of swap.routes) {
        const before = meaningsOf(route.sender, route.virtualNumber).at(-1);
        // The one who stays keeps the pair: its meaning changes without a quarantine, which is what a swap is for.
        if (before?.conversationId === route.conversationId) before.quarantinedUntil = now();
        begin(route, expiresAt);
      }
    },
    closed,
    meanings: meaningsOf,
    current: (sender, virtualNumber) => meaningsOf(sender, virtualNumber).at(-1) ?? null,
    freeSince: (sender, recipient, virtualNumber, since) =>
      meaningsOf(sender, virtualNumber).every(
        ({ until, quarantinedUntil, ...meaning }) =>
          until + skewMaxMs <= since &&
          (quarantinedUntil + skewMaxMs <= since || meaning.recipient === recipient),
      ),
  };
};
