import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import {
  dataCodingOf,
  destinationOf,
  type ReceivedMessage,
  sourceOf,
} from "#adapters/smpp/protocol/received-message.ts";
import { decodeText } from "#adapters/smpp/text/data-coding.ts";
import { type ReceiptStatus, readReceipt } from "#adapters/smpp/text/receipt-text.ts";
import { type Concatenation, userDataOf } from "#adapters/smpp/text/user-data.ts";
import type { Failure, InboundMessage, Part } from "#core/domain/message.ts";
import type { Receipt, ReceiptState } from "#core/domain/receipt.ts";
import type { DedupStatus } from "#core/domain/redelivery.ts";
import { candidateIds, type MessageIdForm } from "./carrier-ids.ts";
import { TRY_AGAIN } from "./outcomes.ts";

/** Where texts and receipts go; each calls back once, when what was brought is safe, or will not be taken now. */
export interface InboundSink {
  /** `known`: one of this key was taken before, and this one changes nothing. */
  readonly offer: (message: InboundMessage, done: (taken: AcceptResult | "known") => void) => void;
  readonly offerReceipt: (receipt: Receipt, done: (taken: AcceptResult) => void) => void;
  /** What is known of each key; null: not now. */
  readonly look: (keys: readonly string[]) => Promise<readonly DedupStatus[] | null>;
}

export type AcceptResult = "accepted" | "overloaded" | "unavailable";

/** The answer to a deliver_sm. Other statuses than these would make Vonage drop what it brought. */
export const STATUS_OF_RESULT: Readonly<Record<AcceptResult, number>> = {
  accepted: STATUS.ok,
  overloaded: TRY_AGAIN.throttled,
  // breakage: drop-unavailable
  unavailable: TRY_AGAIN.systemError,
};

/** A text as the core takes it. */
export const inboundMessageOf = (
  message: ReceivedMessage,
  key: string,
  id: string,
  receivedAt: number,
): InboundMessage => {
  const { concatenation, body, tables } = userDataOf(message);
  return {
    id,
    key,
    from: withoutPlus(sourceOf(message)),
    to: withoutPlus(destinationOf(message)),
    text: decodeText(body, dataCodingOf(message), tables),
    part: concatenation === null ? null : partOf(concatenation),
    link: "smpp",
    receivedAt,
  };
};

/** A receipt as the core takes it, or `undefined` if it names no message. */
export const receiptOf = (message: ReceivedMessage, form: MessageIdForm, at: number): Receipt | undefined => {
  const fields = readReceipt(message);
  const carrierIds = candidateIds(fields, form);
  if (carrierIds.length === 0) return undefined;
  const state = states[fields.status];
  return { carrierIds, state, failure: failureOf(fields.status, state, fields.error), at };
};

const withoutPlus = (address: string) => (address.startsWith("+") ? address.slice(1) : address);

const partOf = ({ kind, reference, total, index }: Concatenation): Part => ({
  reference: `${kind}:${reference}`,
  total,
  index,
});

/** `unknown` is final at Vonage: nothing more will be heard of the message. */
const states: Readonly<Record<ReceiptStatus, ReceiptState>> = {
  enroute: "pending",
  accepted: "pending",
  delivered: "delivered",
  expired: "expired",
  deleted: "failed",
  undeliverable: "failed",
  rejected: "failed",
  unknown: "failed",
};

/** Vonage support 204014733: codes that say more than "not delivered". */
const reasons: ReadonlyMap<string, string> = new Map([
  ["2", "the handset could not be reached for now"],
  ["3", "the handset is gone for good"],
  ["4", "the recipient has blocked the service"],
  ["6", "stopped by a spam filter"],
  ["7", "the handset was busy"],
  ["8", "network error"],
  ["9", "the recipient does not want messages from this number"],
  ["11", "no route to the number"],
  ["12", "the destination cannot be reached"],
  ["14", "blocked by the recipient's carrier"],
  ["15", "the recipient's prepaid account is empty"],
]);

const failureOf = (status: ReceiptStatus, state: ReceiptState, error: string): Failure | null => {
  if (state === "delivered" || state === "pending") return null;
  const number = error.toLowerCase().replace(/^0+/, "");
  const reason = reasons.get(number);
  return {
    code: number === "" ? `receipt-${status}` : `receipt-${number}`,
    detail:
      reason === undefined ? `Not delivered: the carrier calls it ${status}` : `Not delivered: ${reason}`,
  };
};
