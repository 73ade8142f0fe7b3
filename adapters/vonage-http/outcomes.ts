import { receiptCode } from "#adapters/vonage/receipt-codes.ts";
import type { Failure } from "#core/domain/failure.ts";
import { OPTED_OUT, type ReceiptState } from "#core/domain/receipt.ts";

/**
 * What Vonage's codes mean to us.
 *
 * Sources: SMS API specification 1.5.1 (`messages[].status`, receipt `status`), guide "SMS delivery receipts" and support
 * 204014733 (`err-code`), support 203993598 (30 requests a second, beyond them status 1), Messages API 1.20.0 (status).
 */
export type SubmitResultClass =
  | "accepted"
  /** Too fast: not an attempt. */
  | "throttled"
  /** Worth another attempt. */
  | "retry"
  /** This message will never be taken. */
  | "refused";

/** Our account is at fault, not the message: it is kept until its time is over, and somebody must be told. */
export const CREDENTIALS_REFUSED: Failure = {
  code: "carrier-credentials",
  detail: "The carrier refuses our credentials",
};

export const NO_CREDIT: Failure = {
  code: "carrier-credit",
  detail: "Our carrier account has no credit left",
};

/** `messages[].status` of an answer to a message that we sent. */
const SUBMIT: ReadonlyMap<string, readonly [SubmitResultClass, string]> = new Map([
  ["0", ["accepted", "accepted"]],
  ["1", ["throttled", "sent faster than the account may"]],
  ["2", ["refused", "the carrier misses a parameter"]],
  ["3", ["refused", "the carrier calls a parameter invalid"]],
  ["4", ["retry", CREDENTIALS_REFUSED.detail]],
  ["5", ["retry", "internal error of the carrier"]],
  ["6", ["refused", "the carrier cannot process the message, often for an unknown prefix"]],
  ["7", ["refused", "the number may not receive messages"]],
  ["8", ["retry", "our carrier account is barred"]],
  ["9", ["retry", NO_CREDIT.detail]],
  ["10", ["retry", "too many simultaneous connections"]],
  ["11", ["retry", "our carrier account may not send over HTTP"]],
  ["12", ["refused", "the text is too long"]],
  ["14", ["retry", CREDENTIALS_REFUSED.detail]],
  ["15", ["refused", "the sender's number may not be used there"]],
  ["17", ["refused", "blocked by the provider"]],
  ["22", ["refused", "invalid network code"]],
  ["23", ["refused", "invalid callback address"]],
  ["29", ["refused", "a trial account reaches registered numbers only"]],
  ["32", ["retry", CREDENTIALS_REFUSED.detail]],
  ["33", ["refused", "the number is de-activated"]],
]);

const NAMED: ReadonlyMap<string, Failure> = new Map([
  ["4", CREDENTIALS_REFUSED],
  ["8", { code: "carrier-account", detail: "Our carrier account is barred" }],
  ["9", NO_CREDIT],
  ["11", { code: "carrier-account", detail: "Our carrier account may not send over HTTP" }],
  ["14", CREDENTIALS_REFUSED],
  ["32", CREDENTIALS_REFUSED],
]);

export const classifySubmitStatus = (
  status: string,
): { readonly class: SubmitResultClass; readonly failure: Failure } => {
  const [result, detail] = SUBMIT.get(status) ?? ["refused", "a status that the carrier does not document"];
  return { class: result, failure: NAMED.get(status) ?? { code: `submit-${shortCode(status)}`, detail } };
};

/** An HTTP status other than 2xx. `lost`: a gateway gave up waiting, so the message may have been taken. */
export const classifyHttpStatus = (
  status: number,
): { readonly class: "throttled" | "retry" | "refused" | "lost"; readonly failure: Failure } => {
  if (status === 401 || status === 403) return { class: "retry", failure: CREDENTIALS_REFUSED };
  const failure = { code: `http-${status}`, detail: `The carrier answers with HTTP status ${status}` };
  if (status === 429) return { class: "throttled", failure };
  if (status === 504) return { class: "lost", failure };
  return { class: MALFORMED.has(status) ? "refused" : "retry", failure };
};

/** The request itself is wrong; any other status may be a passing condition or our configuration. */
const MALFORMED: ReadonlySet<number> = new Set([400, 413, 414, 415, 422]);

/** `status` of a receipt: SMS API, then Messages API. A word not listed decides nothing. */
const RECEIPT_STATES: ReadonlyMap<string, ReceiptState> = new Map([
  ["accepted", "pending"],
  ["buffered", "pending"],
  ["delivered", "delivered"],
  ["expired", "expired"],
  ["failed", "failed"],
  ["rejected", "failed"],
  ["unknown", "failed"],
  ["submitted", "pending"],
  ["undeliverable", "failed"],
]);

export const receiptState = (status: string): ReceiptState =>
  RECEIPT_STATES.get(status.toLowerCase()) ?? "pending";

/** Why a part did not arrive. `code` as the carrier wrote it; null when it gave none. */
export const receiptFailure = (status: string, code: string | null): Failure => {
  const { number, reason, isOptOut } = receiptCode(code);
  if (isOptOut) return OPTED_OUT;
  if (number === "0")
    return { code: `receipt-${shortCode(status)}`, detail: "Not delivered, without a reason" };
  const detail = reason ?? "with a code that the carrier does not document";
  return { code: `receipt-${shortCode(number)}`, detail: `Not delivered: ${detail}` };
};

/** A carrier's code made fit for ours, whatever it contains. */
const shortCode = (code: string): string =>
  code
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 16);
