import type { Priority } from "#core/domain/priority.ts";

/** Counts what is stored, for people to look at: figures of a moment, on which nothing is decided. */
export interface Census {
  /** Of what there is much, no more than {@link COUNTED_MAX} are counted. May take seconds where much is stored. */
  take(): Promise<StoredCounts>;
}

export const COUNTED_MAX = 1_000_000;

export interface StoredCounts {
  /** Messages that wait and that no process has in hand, also those that are not due yet. Every priority is there. */
  readonly queued: Readonly<Record<Priority, QueuedCount>>;
  readonly openConversations: number;
  /** Receipts whose message is not known. */
  readonly parkedReceipts: number;
  /** How long readers of the log of events have been kept from what is written: milliseconds, 0 when they are not. */
  readonly feedLagMs: number;
}

export interface QueuedCount {
  readonly messages: number;
  /** When the oldest was received; null: there is none. */
  readonly oldestAt: number | null;
}
