import type { ReceiptError, ReceiptStatus, SmppProfile } from "#adapters/smpp/profile.ts";
import type { ReceivedMessage } from "#adapters/smpp/protocol/received-message.ts";
import { readReceipt } from "#adapters/smpp/text/receipt-text.ts";
import type { Failure } from "#core/domain/failure.ts";
import { OPTED_OUT, type Receipt, type ReceiptState } from "#core/domain/receipt.ts";
import { candidateIds } from "./carrier-ids.ts";

/** Why a receipt changes nothing: it names no message, or says something that the carrier's profile does not know. */
export type UselessReceipt = "receipt-without-id" | "receipt-not-understood";

/** A receipt as the core accepts it, or why it is none. `at`: when it came. */
export const receiptOf = (
  message: ReceivedMessage,
  { receipts, messageIdForm }: Pick<SmppProfile, "receipts" | "messageIdForm">,
  at: number,
): Receipt | UselessReceipt => {
  const fields = readReceipt(message, receipts);
  const carrierIds = candidateIds(fields, messageIdForm);
  if (carrierIds.length === 0) return "receipt-without-id";
  if (fields.status === null) return "receipt-not-understood";
  const state = receipts.meanings[fields.status];
  return { carrierIds, state, failure: failureOf(fields.status, state, receipts.error(fields.error)), at };
};

const failureOf = (
  status: ReceiptStatus,
  state: ReceiptState,
  { number, reason, isOptOut }: ReceiptError,
): Failure | null => {
  if (state === "delivered" || state === "pending") return null;
  if (isOptOut) return OPTED_OUT;
  const detail = `Not delivered: ${reason ?? `the carrier calls it ${status}`}`;
  return { code: number === "0" ? `receipt-${status}` : `receipt-${number}`, detail };
};
