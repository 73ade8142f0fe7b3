import type { DepartureBlock } from "./block.ts";
import type { OutboundMessage } from "./outbound-message.ts";

/** What its recipient, its sender and the platform have asked for, as storage knows it now. */
export interface Wishes {
  /** When the recipient opted out (milliseconds since 1970); null: not opted out. */
  readonly optedOutSince: number | null;
  /** One of the two participants has blocked the other. */
  readonly isPairBlocked: boolean;
  /** It is of a broadcast that was cancelled. */
  readonly isCancelled: boolean;
}

/**
 * Why an accepted message must not leave any more; null when it may. A relayed text and a broadcast yield to every wish. A notice of ours yields
 * only to an opt-out that is later than the notice, so that the answer to STOP still arrives.
 */
export const blockBeforeDeparture = (
  { priority, receivedAt }: Pick<OutboundMessage, "priority" | "receivedAt">,
  { optedOutSince, isPairBlocked, isCancelled }: Wishes,
): DepartureBlock | null => {
  // breakage: send-cancelled-broadcast
  if (isCancelled) return "broadcast-cancelled";
  if (priority !== "system" && isPairBlocked) return "pair-block";
  if (optedOutSince === null) return null;
  return priority !== "system" || optedOutSince > receivedAt ? "opt-out" : null;
};
