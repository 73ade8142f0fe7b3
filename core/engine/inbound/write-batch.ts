import type { InboundMessage } from "#core/domain/message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { Facts, Intaken } from "./batch-writer.ts";

/** Whoever waits is told once, by `tell`. */
export interface Waiting<T> {
  done: (taken: T) => void;
}
export interface InboundWaiting extends Waiting<Intaken | "known"> {
  readonly message: InboundMessage;
  /** Keys of the parts it is joined from; null for what came as it is. */
  readonly joins: readonly string[] | null;
}
export interface ReceiptWaiting extends Waiting<Intaken> {
  readonly receipt: Receipt;
}
export interface FactsWaiting extends Waiting<void> {
  readonly facts: Facts;
}

/** What is written after all, or decided on once more, has been told of already. */
export const tell = <T>(waiting: Waiting<T>, taken: T): void => {
  const { done } = waiting;
  waiting.done = toldBefore;
  done(taken);
};
const toldBefore = (): void => {};

/** What is written together. */
export interface Load {
  readonly inbound: readonly InboundWaiting[];
  readonly receipts: readonly ReceiptWaiting[];
  readonly facts: readonly FactsWaiting[];
}

/** How many things it has. */
export const sizeOf = ({ inbound, receipts, facts }: Load): number =>
  inbound.length + receipts.length + facts.length;

/** Several as one, each in its order. */
export const loadOf = (loads: readonly Load[]): Load =>
  loads.length === 1
    ? loads[0]!
    : {
        inbound: loads.flatMap(({ inbound }) => inbound),
        receipts: loads.flatMap(({ receipts }) => receipts),
        facts: loads.flatMap(({ facts }) => facts),
      };
