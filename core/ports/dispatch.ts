import type { OutboundMessage } from "#core/domain/message.ts";
import type { RequeuedMessage } from "./traffic.ts";

/**
 * Who sends what. Processes that can send join as dispatchers; the partitions of threads are shared out among
 * them, so that one process at a time sends what one recipient reads, in order. A dispatcher that falls silent for
 * `leaseMs` is declared dead by another: from then on nothing that it writes is taken, what it held goes back into the
 * queue, and its partitions go to the living.
 */
export interface Dispatch {
  /** Joins, with no partition yet. Gateways come before others: while one lives, only gateways get partitions. */
  join(dispatcher: NewDispatcher): Promise<void>;
  /**
   * Says that the dispatcher lives, buries the dead, and moves partitions towards an even share: free ones are taken
   * at once; those in `Membership.release` are asked back, to be given up with `release`.
   */
  heartbeat(beat: Heartbeat): Promise<Membership | "fenced">;
  /**
   * Gives partitions up, in one transaction with the messages still in hand, which go back into the queue. Partitions that are not
   * the dispatcher's any more are left alone, and messages that others have in hand by now: repeating a release is safe.
   */
  release(
    dispatcher: string,
    partitions: readonly number[],
    inHand: readonly RequeuedMessage[],
  ): Promise<void>;
  /** Gives everything up and leaves: what it held goes back into the queue as after a death, also what is not in `inHand`. */
  leave(dispatcher: string, inHand: readonly RequeuedMessage[]): Promise<void>;
  /**
   * Takes due messages of the dispatcher's partitions out of the queue and into its hand, by lane and age; of one
   * thread only the oldest one, and none while one is in hand. A claimed message stays in the queue, marked,
   * until it is recorded as accepted, requeued or ended. Answers nothing to a dead dispatcher.
   */
  claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /** When `claim` would next answer something, messages in hand staying there; null when it would not. */
  nextDueAt(dispatcher: string): Promise<number | null>;
  /** Calls back when there may be something to claim. A hint: it may be missed, and the next heartbeat asks anyway. */
  onWork(listener: () => void): () => void;
}

export type DispatcherKind = "gateway" | "api";

export interface NewDispatcher {
  /** A UUID, new for each life of a process. */
  readonly id: string;
  readonly kind: DispatcherKind;
  readonly leaseMs: number;
  /** As in a heartbeat: no message that is born in its hand has a lower id. */
  readonly recoverFrom: string;
}

export interface Heartbeat {
  readonly dispatcher: string;
  /**
   * Where a burial begins to look. Every message that is born in this dispatcher's hand, be it already or yet to come, and has a lower
   * id is done with or queued.
   */
  readonly recoverFrom: string;
}

export interface Membership {
  /** Partitions that are ours. */
  readonly partitions: readonly number[];
  /** Ours, but owed to others. */
  readonly release: readonly number[];
  /** Living dispatchers that may own partitions, this one included. */
  readonly dispatchers: number;
}

export interface ClaimRequest {
  readonly dispatcher: string;
  /** The answer to an earlier claim was lost: name again what is marked as this dispatcher's. */
  readonly again?: boolean;
  readonly limit: number;
  readonly now: number;
}

export interface Claim {
  readonly message: OutboundMessage;
  readonly attempts: number;
  readonly answerLost: boolean;
  /**
   * From then on its thread may belong to other people (milliseconds since 1970): the end of the quarantine if its conversation is
   * closed, and 0 if that has happened; infinity while it lives.
   */
  readonly validUntil: number;
}
