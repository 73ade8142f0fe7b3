import type { LinkKind } from "#core/domain/message.ts";
import type { ReceiptState } from "#core/domain/receipt.ts";
import { type Buckets, createBuckets } from "#core/structures/buckets.ts";

/** What a writer has taken and written since it started. The counters are mutable: counting is one addition. */
export interface WriterMeasures {
  readonly received: Record<LinkKind, number>;
  readonly receipts: Record<ReceiptState, number>;
  /** From a batch's question to storage's answer. */
  readonly commitSeconds: Buckets;
  /** Messages, receipts and facts written together. */
  readonly batchMessages: Buckets;
}

const COMMIT_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_MESSAGES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

export const createWriterMeasures = (): WriterMeasures => ({
  received: { smpp: 0, http: 0 },
  receipts: { pending: 0, delivered: 0, failed: 0, expired: 0 },
  commitSeconds: createBuckets(COMMIT_SECONDS),
  batchMessages: createBuckets(BATCH_MESSAGES),
});
