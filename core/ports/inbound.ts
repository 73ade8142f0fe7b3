import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Receipt } from "#core/domain/receipt.ts";

/** `accepted`: durable. `overloaded` and `unavailable`: not stored, and the carrier shall bring it again. */
export type AcceptResult = "accepted" | "overloaded" | "unavailable";

/** `known`: a message of this key was accepted before, and this one changes nothing. */
export type OfferResult = AcceptResult | "known";

/**
 * The driving port for everything that comes from a carrier. The callbacks and the promises say the same: links bring tens of
 * thousands of messages a second, and a promise for each would cost more than what is done with it.
 */
export interface Inbound {
  /** Calls `done` once: when the message is durable, or was before, or is refused for now. `done` must not throw. */
  offer(message: InboundMessage, done: (result: OfferResult) => void): void;
  /** The same for a carrier's receipt. */
  offerReceipt(receipt: Receipt, done: (result: AcceptResult) => void): void;
  /** `accepted` also when the message was known. Never rejects. */
  accept(message: InboundMessage): Promise<AcceptResult>;
  /** Never rejects. */
  acceptReceipt(receipt: Receipt): Promise<AcceptResult>;
}
