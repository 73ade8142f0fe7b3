import type { InboundMessage } from "#core/domain/message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { AcceptResult, Facts } from "./batch-writer.ts";

/** Whoever waits is told once, by `tell`. */
export interface Pending<T> {
  done: (taken: T) => void;
}
export interface PendingInbound extends Pending<AcceptResult | "known"> {
  readonly message: InboundMessage;
  /** Keys of the parts it is joined from; null for what came as it is. */
  readonly joins: readonly string[] | null;
}
export interface PendingReceipt extends Pending<AcceptResult> {
  readonly receipt: Receipt;
}
export interface PendingFacts extends Pending<void> {
  readonly facts: Facts;
}

/** What is written after all, or decided on once more, has been told of already. */
export const notify = <T>(waiting: Pending<T>, taken: T): void => {
  const { done } = waiting;
  waiting.done = toldBefore;
  done(taken);
};
const toldBefore = (): void => {};

/** What is written together. */
export interface WriteBatch {
  readonly inbound: readonly PendingInbound[];
  readonly receipts: readonly PendingReceipt[];
  readonly facts: readonly PendingFacts[];
}

/** How many things it has. */
export const sizeOf = ({ inbound, receipts, facts }: WriteBatch): number =>
  inbound.length + receipts.length + facts.length;

/** Several as one, each in its order. */
export const mergeBatches = (loads: readonly WriteBatch[]): WriteBatch =>
  loads.length === 1
    ? loads[0]!
    : {
        inbound: loads.flatMap(({ inbound }) => inbound),
        receipts: loads.flatMap(({ receipts }) => receipts),
        facts: loads.flatMap(({ facts }) => facts),
      };
