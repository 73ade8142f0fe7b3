import { decimalId } from "#apps/simulator/message-ids.ts";
import type { Receipt } from "#apps/simulator/receipts.ts";
import { receiptTime } from "#apps/simulator/webhooks/webhook-params.ts";

const STATES = {
  accepted: { stat: "ACCEPTD", messageState: 6 },
  delivered: { stat: "DELIVRD", messageState: 2 },
  failed: { stat: "UNDELIV", messageState: 5 },
} as const;

/** SMPP 3.4 §5.2.28, for the message_state TLV. */
export const messageState = (receipt: Receipt): number => STATES[receipt.state].messageState;

/** `id:… sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:none` */
export const receiptText = (receipt: Receipt, form: "decimal" | "same"): string => {
  const { messageId, state, errorCode } = receipt;
  return [
    `id:${form === "decimal" ? decimalId(messageId) : messageId}`,
    "sub:001",
    `dlvrd:${state === "delivered" ? "001" : "000"}`,
    `submit date:${receiptTime(receipt.submittedAt)}`,
    `done date:${receiptTime(receipt.doneAt)}`,
    `stat:${STATES[state].stat}`,
    `err:${String(errorCode).padStart(3, "0")}`,
    "text:none",
  ].join(" ");
};
