import type { DepartureBlock } from "#core/domain/block.ts";
import { BROADCAST_CANCELLED } from "#core/domain/broadcast.ts";
import { type Chosen, chooseLink, type LinkView } from "#core/domain/choose-link.ts";
import { type Failure, REASSIGNED, TTL_OVER } from "#core/domain/failure.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import { mayLeaveAt } from "#core/domain/quiet-hours/hold.ts";
import type { OwnedMessage } from "./owned-message.ts";

/** What decides whether a message may leave now. */
export interface Situation {
  /** Its partition is on the way to another process. */
  readonly isLeaving: boolean;
  readonly links: readonly LinkView[];
  readonly fallbackAfterMs: number;
  /** When the pace of the number it comes from lets it leave, on the steady clock. */
  readonly numberOpenAt: number;
  /** The time of day, in milliseconds since 1970. */
  readonly now: number;
  /** The steady clock, by which rates are kept. */
  readonly at: number;
}

/** Whether a message may leave, over which link, and what to do with it if not. */
export type Clearance =
  | Chosen
  /** Another process will send it. */
  | { readonly kind: "leaving" }
  /** Storage has to be asked once more what its virtual number means to the recipient. */
  | { readonly kind: "revalidate" }
  | { readonly kind: "end"; readonly state: FinalState; readonly failure: Failure }
  /** Not before `until`, in milliseconds since 1970. */
  | { readonly kind: "held"; readonly until: number }
  /** Its number's pace is not free before `until` on the steady clock; other numbers may go first. */
  | { readonly kind: "paced"; readonly until: number };

const LEAVING: Clearance = { kind: "leaving" };
const REVALIDATE: Clearance = { kind: "revalidate" };
const ENDED_BY_REASSIGNMENT: Clearance = { kind: "end", state: "expired", failure: REASSIGNED };
const EXPIRED: Clearance = { kind: "end", state: "expired", failure: TTL_OVER };
const BLOCKED: Readonly<Record<DepartureBlock, Clearance>> = {
  "opt-out": {
    kind: "end",
    state: "blocked",
    failure: { code: "opt-out", detail: "the recipient opted out before it left" },
  },
  "pair-block": {
    kind: "end",
    state: "blocked",
    failure: { code: "pair-block", detail: "one of the two blocked the other before it left" },
  },
  [BROADCAST_CANCELLED]: {
    kind: "end",
    state: "blocked",
    failure: { code: BROADCAST_CANCELLED, detail: "its broadcast was cancelled before it left" },
  },
};

export const clearanceOf = (
  { message, validUntil, blockedBy, pinned, partsAccepted }: OwnedMessage,
  { isLeaving, links, fallbackAfterMs, numberOpenAt, now, at }: Situation,
): Clearance => {
  if (isLeaving) return LEAVING;
  // breakage: send-reassigned
  if (validUntil <= now) return validUntil > 0 ? REVALIDATE : ENDED_BY_REASSIGNMENT;
  // breakage: send-too-old
  if (message.expiresAt <= now) return EXPIRED;
  // breakage: send-blocked
  if (blockedBy !== null) return BLOCKED[blockedBy];
  // What has begun to leave goes on.
  if (message.hold !== undefined && partsAccepted === 0) {
    const opensAt = mayLeaveAt(message.hold, now, message.expiresAt);
    // breakage: leave-after-hours
    if (opensAt > now) return { kind: "held", until: opensAt };
  }
  const waitedMs = now - message.receivedAt;
  const chosen = chooseLink({ links, pinned, waitedMs, fallbackAfterMs, now: at });
  return chosen.kind === "use" && numberOpenAt > at ? { kind: "paced", until: numberOpenAt } : chosen;
};
