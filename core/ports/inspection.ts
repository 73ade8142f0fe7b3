/** What a database says of itself, for whoever looks after it. */
export interface Inspection {
  inspect(): Promise<StorageFacts>;
}

export interface StorageFacts {
  /** As it calls itself, such as `PostgreSQL 18.1 on x86_64-pc-linux-gnu`. */
  readonly version: string;
  /** Its clock, in milliseconds since 1970. */
  readonly now: number;
  readonly sizeBytes: number;
  readonly connections: { readonly used: number; readonly most: number };
  /** Until when there are tables for messages, and for events, in milliseconds since 1970; null: there are none. */
  readonly messagesUntil: number | null;
  readonly eventsUntil: number | null;
  /** Messages that had to go where no period is. */
  readonly hasStrayMessages: boolean;
  /** The longest that a transaction has been open now, in milliseconds; 0: none is. */
  readonly oldestTransactionMs: number;
  /** Transactions that were prepared and not ended: they hold back the event feed, and vacuum. */
  readonly preparedTransactions: number;
  /** Statements that wait for a lock now. */
  readonly waitingForLocks: number;
  /** The most that a replication slot keeps of the write-ahead log, in octets; 0: there is none. */
  readonly slotBytes: number;
  /** Migrations of this version that were not made. */
  readonly pendingMigrations: readonly string[];
}
