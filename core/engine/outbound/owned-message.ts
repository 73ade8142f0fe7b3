import type { DepartureBlock } from "#core/domain/block.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { countSegments } from "#core/domain/segments.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";
import type { Linked } from "#core/structures/linked-list.ts";
import type { Progress } from "./outcome.ts";

/** A message that this process has to send. Mutable, since it changes with every attempt and there are many. */
export interface OwnedMessage extends Linked<OwnedMessage>, Progress {
  readonly message: OutboundMessage;
  /** Where this process has written the message itself. */
  readonly serviceId: string | null;
  /** It came out of the queue, where its row stays, marked as claimed. */
  readonly claimed: boolean;
  /**
   * Until then (milliseconds since 1970) the number it comes from is sure to mean its conversation to the recipient; afterwards
   * storage has to be asked once more. 0: it means another one already.
   */
  readonly validUntil: number;
  /** Since when it is owned, on the steady clock. */
  readonly since: number;
  /** Why it must not leave although it was accepted: the recipient has opted out since, or one of the two has blocked the other. */
  blockedBy: DepartureBlock | null;
  attempts: number;
  answerLost: boolean;
  unsent: number;
  partsAccepted: number;
  /** The link over which the accepted parts went; null while there are none. */
  pinned: string | null;
  /** Concatenation reference of a long text, 0 to 255. */
  reference: number;
}

/** What is known of a message when this process begins to own it. */
export interface OwnedFrom {
  /** When storage was asked for it, or to write it, on the steady clock: its answer may have been long on its way. */
  readonly askedAt: number;
  readonly claimed: boolean;
  readonly attempts: number;
  readonly answerLost: boolean;
  readonly validUntil: number;
  readonly blockedBy: DepartureBlock | null;
}

/** Of a message that was just written, on a route that is verified by the same write. */
export const JUST_WRITTEN: Omit<OwnedFrom, "askedAt"> = {
  claimed: false,
  attempts: 0,
  answerLost: false,
  validUntil: Number.POSITIVE_INFINITY,
  blockedBy: null,
};

/**
 * `quarantineMs`: how long at least a virtual number keeps its meaning after a close. `now` is the time of day, `at` the steady
 * clock; `random` is uniform in [0, 1).
 */
export const createOwnedMessage = (
  message: OutboundMessage,
  serviceId: string | null,
  { askedAt, claimed, attempts, answerLost, validUntil, blockedBy }: OwnedFrom,
  quarantineMs: number,
  now: number,
  at: number,
  random: number,
): OwnedMessage => ({
  message,
  serviceId,
  claimed,
  // A conversation that is open now may close at once, and then its quarantine is what keeps others away.
  // breakage: own-for-ever
  validUntil: validUntil <= now ? 0 : Math.min(validUntil, now - (at - askedAt) + quarantineMs),
  since: at,
  blockedBy,
  attempts,
  answerLost,
  unsent: 0,
  partsAccepted: 0,
  pinned: null,
  reference: Math.floor(random * 256),
  previous: null,
  next: null,
  isLinked: false,
});

/** Forgets the parts that one link has taken: another link needs the whole text, under another reference. */
export const startOver = (item: OwnedMessage): void => {
  if (item.partsAccepted > 0) item.reference = (item.reference + 1) % 256;
  item.partsAccepted = 0;
  item.pinned = null;
};

/** Short texts are one segment in any alphabet; counting the others costs more. */
export const segmentsOf = ({ message }: OwnedMessage): number =>
  message.text.length <= 70 ? 1 : countSegments(message.text);

export const toRequeued = (
  { message, attempts, answerLost }: OwnedMessage,
  dueAt: number,
): RequeuedMessage => ({ message, dueAt, attempts, answerLost });
