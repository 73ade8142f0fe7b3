import type { InboundMessage } from "#core/domain/message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { KnownKey } from "#core/domain/redelivery.ts";

/** Where texts and receipts go; each calls back once, when what was brought is safe, or cannot be accepted now. */
export interface InboundSink {
  /** `known`: a message of this key was accepted before, and this one changes nothing. */
  readonly offer: (message: InboundMessage, done: (result: AcceptResult | "known") => void) => void;
  readonly offerReceipt: (receipt: Receipt, done: (result: AcceptResult) => void) => void;
  /** What is known of each key; null: not now. */
  readonly checkDuplicate: (keys: readonly string[]) => Promise<readonly KnownKey[] | null>;
  /**
   * Takes the unconfirmed key of a recognised redelivery away from all processes. `false`: another one has recognised it before; null:
   * not now.
   */
  readonly resolveUnconfirmed: (key: string) => Promise<boolean | null>;
}

export type AcceptResult = "accepted" | "overloaded" | "unavailable";
