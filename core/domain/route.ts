import type { WishSource } from "#core/domain/wishes/command.ts";
import type { Participant, Participants } from "./conversation.ts";
import type { Msisdn } from "./msisdn.ts";

/** A (real number, virtual number) pair: who texts, and what they text. */
export interface Pair {
  readonly sender: Msisdn;
  readonly virtualNumber: Msisdn;
}

/** What a pair means. A pair has at most one live or quarantined route. */
export interface Route extends Pair {
  readonly conversationId: string;
  readonly senderId: string;
  readonly recipientId: string;
  readonly recipient: Msisdn;
  /** The virtual number that the recipient sees: it stands for the sender. */
  readonly source: Msisdn;
  /** Changes with every change of meaning, so that a write can tell whether a decision still holds. */
  readonly version: string;
  readonly openedAt: number;
  readonly expiresAt: number | null;
  readonly closedAt: number | null;
  /** Null while the route is live. */
  readonly quarantinedUntil: number | null;
  /** Why nothing may pass although the route is live. */
  readonly blockedBy: Block | null;
  readonly senderWishes: SenderWishes;
}

/** What the sender has wished of us that a later text may take back. It is on the route so that no text costs a look-up. */
export interface SenderWishes {
  /** Whose word it is that the sender wants no texts; null while they may get some. */
  readonly optedOutBy: WishSource | null;
  /** When we last confirmed the STOP that holds. */
  readonly confirmedAt: number | null;
  /** Until when the sender's BLOCK to this number may be taken back; null when there is none. */
  readonly unblockUntil: number | null;
}

export const NO_WISHES: SenderWishes = { optedOutBy: null, confirmedAt: null, unblockUntil: null };

/** `opt-out`: the recipient wants no texts from us. `pair-block`: one of the two has blocked the other. */
export type Block = "opt-out" | "pair-block";

/** Why a text goes to nobody. `quarantined` and `closed` belong to a conversation that has ended. */
export type UnroutableReason = "stranger" | "closed" | "quarantined" | "not-our-number";

export type Resolution =
  | { readonly kind: "relay"; readonly route: Route }
  | { readonly kind: "blocked"; readonly route: Route; readonly reason: Block }
  | { readonly kind: "unroutable"; readonly route: Route | null; readonly reason: UnroutableReason };

/** What a text from one number to another means now. `isOurs` tells whether the number texted is in our pool. */
export const resolveRoute = (route: Route | null, isOurs: boolean, now: number): Resolution => {
  if (!route) return { kind: "unroutable", route: null, reason: isOurs ? "stranger" : "not-our-number" };
  // breakage: relay-after-end
  if (route.closedAt !== null) {
    // After quarantine the pair is free again: what it once meant is nobody's business any more.
    if (route.quarantinedUntil === null || route.quarantinedUntil <= now)
      return { kind: "unroutable", route: null, reason: "stranger" };
    return { kind: "unroutable", route, reason: "quarantined" };
  }
  // breakage: relay-after-expiry
  if (route.expiresAt !== null && route.expiresAt <= now)
    return { kind: "unroutable", route, reason: "closed" };
  // breakage: relay-to-opted-out, relay-past-block
  if (route.blockedBy) return { kind: "blocked", route, reason: route.blockedBy };
  return { kind: "relay", route };
};

/** A route as a conversation defines it, before storage gives it a version. */
export type RouteDefinition = Omit<
  Route,
  "version" | "openedAt" | "expiresAt" | "closedAt" | "quarantinedUntil" | "blockedBy" | "senderWishes"
>;

/** The two routes of a conversation: each participant texts the number that stands for the other. */
export const routesOf = (
  conversationId: string,
  [a, b]: Participants,
): readonly [RouteDefinition, RouteDefinition] => [
  routeFrom(conversationId, a, b),
  routeFrom(conversationId, b, a),
];

const routeFrom = (conversationId: string, sender: Participant, recipient: Participant): RouteDefinition => ({
  sender: sender.number,
  virtualNumber: recipient.virtualNumber,
  conversationId,
  senderId: sender.id,
  recipientId: recipient.id,
  recipient: recipient.number,
  // breakage: swap-routes
  source: sender.virtualNumber,
});
