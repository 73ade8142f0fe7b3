import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Ruling } from "#core/domain/policy.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { AcceptResult, OfferResult } from "#core/ports/inbound.ts";
import type { Facts } from "./context.ts";

/** Something that waits to be written; `notify` calls `done`. */
export interface Pending<T> {
  done: (result: T) => void;
}
export interface PendingInbound extends Pending<OfferResult> {
  readonly message: InboundMessage;
  /** Keys of the parts it is joined from, or of the text that waited for a policy; null for what came as it is. */
  readonly joins: readonly string[] | null;
  /** What came of asking the policy about it. */
  readonly ruling?: Ruling;
}
export interface PendingReceipt extends Pending<AcceptResult> {
  readonly receipt: Receipt;
}
export interface PendingFacts extends Pending<void> {
  readonly facts: Facts;
}

/** What a queue of texts, or a person behind it, goes on with only when it is written. That the carrier has taken something, nobody waits for. */
export const isAwaited = ({ facts }: PendingFacts): boolean =>
  facts.outcomes !== undefined || facts.requeued !== undefined;

/** Calls `done` once; later calls do nothing. */
export const notify = <T>(pending: Pending<T>, result: T): void => {
  const { done } = pending;
  pending.done = notified;
  done(result);
};
const notified = (): void => {};

/** What is written together. */
export interface WriteBatch {
  readonly inbound: readonly PendingInbound[];
  readonly receipts: readonly PendingReceipt[];
  readonly facts: readonly PendingFacts[];
}

/** Several batches as one, each in its order. */
export const mergeBatches = (batches: readonly WriteBatch[]): WriteBatch =>
  batches.length === 1
    ? batches[0]!
    : {
        inbound: batches.flatMap(({ inbound }) => inbound),
        receipts: batches.flatMap(({ receipts }) => receipts),
        facts: batches.flatMap(({ facts }) => facts),
      };
