import type { LinkKind } from "#core/domain/link-kind.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import type { ReceiptState } from "#core/domain/receipt.ts";
import type { Batch } from "#core/ports/traffic.ts";
import { type Buckets, createBuckets } from "#core/structures/buckets.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** What a writer has taken and written since it started. The counters are mutable: counting is one addition. */
export interface WriterMeasures {
  readonly received: Record<LinkKind, number>;
  readonly receipts: Record<ReceiptState, number>;
  /** From a batch's question to storage's answer. */
  readonly commitSeconds: Buckets;
  /** Messages, receipts and facts written together. */
  readonly batchMessages: Buckets;
  /** Ends of messages that were decided here, and final receipts of carriers: one for each part of a text. */
  readonly outcomes: Record<FinalState, number>;
  /**
   * From a part's acceptance by the carrier to its final receipt, of what this process has sent lately: of a sample, the parts whose
   * carrier's id ends in 0 or 8.
   */
  readonly receiptSeconds: Buckets;
  /** It is written now. */
  written(facts: Pick<Batch, "accepted" | "outcomes" | "receipts">): void;
}

/** Parts of the sample whose receipt is awaited, a hundred bytes each. */
const SENT_MAX = 10_000;

/** Carriers count in decimal, in hexadecimal or draw their ids: each digit comes as often as the others. */
const isInSample = (carrierId: string): boolean => (carrierId.charCodeAt(carrierId.length - 1) & 7) === 0;

const COMMIT_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_MESSAGES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

const RECEIPT_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

export const createWriterMeasures = (): WriterMeasures => {
  const sentAt = createGenerationalCache<number>(SENT_MAX);
  const outcomes = { delivered: 0, failed: 0, expired: 0, blocked: 0, unroutable: 0 };
  const receiptSeconds = createBuckets(RECEIPT_SECONDS);
  return {
    received: { smpp: 0, http: 0 },
    receipts: { pending: 0, delivered: 0, failed: 0, expired: 0 },
    commitSeconds: createBuckets(COMMIT_SECONDS),
    batchMessages: createBuckets(BATCH_MESSAGES),
    outcomes,
    receiptSeconds,
    written: (facts) => {
      for (const { carrierId, at } of facts.accepted)
        if (carrierId !== null && isInSample(carrierId)) sentAt.set(carrierId, at);
      for (const { state } of facts.outcomes) outcomes[state] += 1;
      for (const { state, carrierIds, at } of facts.receipts) {
        outcomes[state] += 1;
        const id = carrierIds.find((each) => isInSample(each) && sentAt.get(each) !== undefined);
        if (id === undefined) continue;
        receiptSeconds.observe(Math.max(0, at - sentAt.get(id)!) / 1_000);
        sentAt.delete(id);
      }
    },
  };
};
