import type { DepartureBlock } from "#core/domain/block.ts";
import type { LinkSetting } from "#core/domain/link-setting.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { RequeuedMessage } from "./traffic.ts";

/**
 * Who sends what. Processes that can send join as dispatchers; the partitions of recipients are shared out among them, so that one
 * process at a time sends what one recipient reads, in order. A dispatcher that is silent for `leaseMs` is declared expired by
 * another: from then on nothing that it writes is accepted, what it owned goes back into the queue, and its partitions go to
 * the living.
 */
export interface Dispatch {
  /** Joins, with no partition yet. Gateways come before others: while one lives, only gateways get partitions. */
  join(dispatcher: NewDispatcher): Promise<void>;
  /**
   * Says that the dispatcher lives, expires the silent ones, and moves partitions towards an even share: free ones are taken at
   * once; those in `Membership.release` are asked back, to be given up with `release`.
   */
  heartbeat(beat: Heartbeat): Promise<Membership | "fenced">;
  /**
   * Gives partitions up, in one transaction with the messages that are still owned, which go back into the queue. Partitions that are
   * not the dispatcher's any more are left alone, and so are messages that others own by now: repeating a release is safe.
   * `idleMs`: how long ago the part of the rate that goes with the partitions was last used; 0 unless given.
   */
  release(
    dispatcher: string,
    partitions: readonly number[],
    owned: readonly RequeuedMessage[],
    idleMs?: number,
  ): Promise<void>;
  /** Gives everything up and leaves: what it owned goes back into the queue as after an expiry, also what is not in `owned`. */
  leave(dispatcher: string, owned: readonly RequeuedMessage[], idleMs?: number): Promise<void>;
  /**
   * Claims due messages of the dispatcher's partitions, by priority and age; of one recipient only the oldest, and none while
   * one is owned. A claimed message stays in the queue, marked, until it is recorded as accepted, requeued or ended. Answers nothing
   * to an expired dispatcher.
   */
  claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /** When `claim` would next answer something, if nothing else changed; null when it would not. */
  nextDueAt(request: Owned): Promise<number | null>;
  /** Why each message must not leave now although it was accepted; null where it may. In the order asked. */
  blocks(messages: readonly OutboundMessage[]): Promise<readonly (DepartureBlock | null)[]>;
  /**
   * Calls back when there may be something to claim. A hint: it may be missed, and the next heartbeat asks anyway. Answers a function
   * that ends the listening.
   */
  onWork(listener: () => void): () => void;
  /** The same when somebody has opted out or been blocked. */
  onBlock(listener: () => void): () => void;
}

export type DispatcherKind = "gateway" | "api";

export interface NewDispatcher {
  /** A UUID, new for each epoch of a process. */
  readonly id: string;
  readonly kind: DispatcherKind;
  readonly leaseMs: number;
  /**
   * Less than a lease: so long after its last answered heartbeat was asked, nothing that it sent can still be on its way to a carrier,
   * whatever has become of it.
   */
  readonly silentAfterMs: number;
  /** As in a heartbeat: no message that is inserted as owned by it has a lower id. */
  readonly recoverFrom: string;
}

export interface Heartbeat {
  readonly dispatcher: string;
  /**
   * Whether others may be expired by this heartbeat. Not by a dispatcher that was itself not heard for a lease: after an outage of
   * storage, all seem to be silent to the one that comes first.
   */
  readonly mayExpire: boolean;
  /**
   * Where recovery begins to look when the dispatcher expires. Every message that is inserted as owned by it, be it already or yet to
   * come, and has a lower id has ended or is queued.
   */
  readonly recoverFrom: string;
}

export interface Membership {
  /** Partitions that the dispatcher owns. */
  readonly partitions: readonly number[];
  /** Those of them that are owed to others. */
  readonly release: readonly number[];
  /** Living dispatchers that may own partitions, this one included. */
  readonly dispatchers: number;
  /**
   * How long ago, in milliseconds, an earlier owner of one of `partitions` may last have had something on its way to a carrier; infinity
   * when there was none.
   */
  readonly idleMs: number;
  /** What this heartbeat has expired: silent dispatchers, and their messages that are queued again. */
  readonly recovered: { readonly dispatchers: number; readonly messages: number };
  /** The time of storage when it answered, in milliseconds since 1970. */
  readonly storageNow: number;
  /** What operators have said of links. */
  readonly linkSettings: readonly LinkSetting[];
}

/** What a dispatcher owns, as only its process knows. */
export interface Owned {
  readonly dispatcher: string;
  /** Recipients of whom it owns messages, or may own some by a write whose answer is still to come: nothing is claimed past those. */
  readonly ownedRecipientIds: readonly string[];
}

export interface ClaimRequest extends Owned {
  /** First puts back into the queue what storage has as this dispatcher's and its process does not own. */
  readonly recover?: Recovery;
  readonly limit: number;
  readonly now: number;
}

/**
 * What a process knows that it owns. Storage may have more as its own: the answer to a claim was lost, or a database that failed over has
 * forgotten what became of a message. Without recovery nobody would look at that again, nor at what waits behind it.
 */
export interface Recovery {
  /** What it owns that came out of the queue. */
  readonly claimedIds: readonly string[];
  /** Where to look for what was inserted as owned; null: nowhere. */
  readonly inserted: InsertedRange | null;
}

export interface InsertedRange {
  /** All that the process owns. */
  readonly ownedIds: readonly string[];
  /** Ids from this one on, and below that one: none of those in between is still to be written. */
  readonly from: string;
  readonly before: string;
}

export interface Claim {
  readonly message: OutboundMessage;
  readonly attempts: number;
  readonly answerLost: boolean;
  /**
   * From then on the number it comes from may mean other people to the recipient (milliseconds since 1970): the end of the quarantine
   * if its conversation is closed, and 0 if that has happened; infinity while it is open.
   */
  readonly validUntil: number;
  /** As `blocks` answers: it must end instead of leaving. */
  readonly blockedBy: DepartureBlock | null;
}
