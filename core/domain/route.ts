import type { Block } from "./block.ts";
import type { Participant, Participants } from "./conversation.ts";
import type { Msisdn } from "./msisdn.ts";
import type { Pair } from "./pair.ts";
import type { SenderWishes } from "./sender-wishes.ts";

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
  /** When the last text of the sender has its turn that was beyond a limit; absent: none was. It may be past. */
  readonly heldUntil?: number;
}

/** A route as a conversation defines it, before storage gives it a version. */
export type RouteDefinition = Omit<
  Route,
  | "version"
  | "openedAt"
  | "expiresAt"
  | "closedAt"
  | "quarantinedUntil"
  | "blockedBy"
  | "senderWishes"
  | "heldUntil"
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
