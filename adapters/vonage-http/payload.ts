import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { FieldProblem, ReceiptPair } from "./fields.ts";

/** An inbound message before it has an id of ours. */
export type ReceivedMessage = Omit<InboundMessage, "id">;

/** What a webhook means. */
export type Payload =
  | { readonly kind: "inbound"; readonly message: ReceivedMessage }
  /** `pair`: the numbers that it says the message went between; null where it does not say. */
  | { readonly kind: "receipt"; readonly receipt: Receipt; readonly pair: ReceiptPair | null }
  /** Nothing at all: Vonage looks whether somebody is there. */
  | { readonly kind: "ping" }
  /** Genuine, but nothing that a person could read: acknowledged, so that it is not repeated for days. */
  | { readonly kind: "ignored"; readonly detail: string }
  | { readonly kind: "invalid"; readonly errors: readonly FieldProblem[] };
