/**
 * What Vonage's error codes of a delivery receipt mean: `err` of a receipt over SMPP, `err-code` over HTTP, which are one list.
 *
 * Sources: guide "SMS delivery receipts" and support 204014733 (1 to 99), Messages API 1.20.0 (1240). Words for people, without a
 * stop: they follow "Not delivered: ".
 */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["1", "for an unknown reason"],
  ["2", "the handset could not be reached for now"],
  ["3", "the handset is gone for good"],
  ["4", "the recipient has blocked the service"],
  ["5", "trouble with a ported number"],
  ["6", "stopped by a spam filter"],
  ["7", "the handset was busy"],
  ["8", "network error"],
  ["9", "the recipient does not want messages from this number"],
  ["10", "the network refuses the message"],
  ["11", "no route to the number"],
  ["12", "the destination cannot be reached"],
  ["13", "the recipient is too young for the content"],
  ["14", "blocked by the recipient's carrier"],
  ["15", "the recipient's prepaid account is empty"],
  ["50", "stopped by an entity filter"],
  ["51", "stopped by a header filter"],
  ["52", "stopped by a content filter"],
  ["53", "stopped by a consent filter"],
  ["54", "against a regulation"],
  ["99", "general error"],
  ["1240", "the recipient does not want messages from this number"],
]);

/** Codes with which the carrier says that the recipient has opted out. */
const OPT_OUTS: ReadonlySet<string> = new Set(["9", "1240"]);

/** What a code tells; `code` may have zeros in front. */
export interface ReceiptCode {
  /** Without zeros in front; "0": the carrier names no error. */
  readonly number: string;
  /** Null: the carrier does not document it. */
  readonly reason: string | null;
  /** The recipient has opted out with the carrier. */
  readonly isOptOut: boolean;
}

/** Reads a code as the carrier wrote it; null stands for none. */
export const receiptCode = (code: string | null): ReceiptCode => {
  const number =
    code
      ?.trim()
      .toLowerCase()
      .replace(/^0+(?=.)/, "") || "0";
  return { number, reason: REASONS.get(number) ?? null, isOptOut: OPT_OUTS.has(number) };
};
