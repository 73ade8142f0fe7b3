import type { Failure } from "./failure.ts";
import type { FinalOutcome } from "./final-outcome.ts";
import type { FinalState } from "./message-state.ts";
import type { Msisdn } from "./msisdn.ts";
import { sameHandset } from "./numbering/handset.ts";

/** What a carrier later says became of one part of an outbound message. */
export interface Receipt {
  /** The carrier's id of the part, most likely reading first: carriers write one id in several ways. */
  readonly carrierIds: readonly string[];
  readonly state: ReceiptState;
  readonly failure: Failure | null;
  readonly at: number;
}

/** `pending`: on its way, nothing decided (accepted, buffered, en route). */
export type ReceiptState = "pending" | "delivered" | "failed" | "expired";

/** Only these may end a message; a pending one is acknowledged and forgotten. */
export type FinalReceiptState = Exclude<ReceiptState, "pending">;

export interface FinalReceipt extends Receipt {
  readonly state: FinalReceiptState;
  /** It counts only for a message that went between these: its id was not known when it came. Absent: that has been seen to. */
  readonly between?: SentBetween;
}

/** Between which numbers a message of ours went. */
export interface SentBetween {
  readonly virtualNumber: Msisdn;
  readonly handset: Msisdn;
}

/** Whether a receipt may be about what went from this number of ours to this handset. */
export const isAbout = (
  { between }: Pick<FinalReceipt, "between">,
  sent: { readonly source: Msisdn; readonly destination: Msisdn },
): boolean =>
  // breakage: believe-parked-receipts
  !between || (between.virtualNumber === sent.source && sameHandset(between.handset, sent.destination));

/** The carrier keeps this person's own opt-out from the number, and refuses what we send: a wish that we keep as well. */
export const OPTED_OUT: Failure = {
  code: "opted-out",
  detail: "The recipient has opted out at the carrier",
};

/** Whether a receipt or an end says so. */
export const isOptedOutAtCarrier = ({ failure }: { readonly failure: Failure | null }): boolean =>
  failure?.code === OPTED_OUT.code;

export const isFinalReceipt = (receipt: Receipt): receipt is FinalReceipt => receipt.state !== "pending";

/** What became of one part; null while nothing final is known of it. */
export interface PartReceipt {
  readonly state: FinalReceiptState;
  readonly failure: Failure | null;
  readonly at: number;
}

/**
 * The fate of a whole message from the fates of its parts: it is delivered when every part is, and it has failed
 * as soon as one part has, since a text with a hole is not the text that was sent. Null while it is open.
 */
export const combineReceipts = (
  messageId: string,
  parts: readonly (PartReceipt | null)[],
): FinalOutcome | null => {
  const ended = parts.filter((part) => part !== null);
  const worst = ended
    .filter((part) => part.state !== "delivered")
    .sort((a, b) => a.at - b.at || RANK[a.state] - RANK[b.state])[0];
  // breakage: delivered-despite-failed-part, delivered-whatever-came
  if (worst) return { messageId, state: worst.state, failure: worst.failure, at: worst.at };
  // breakage: delivered-by-one-part
  if (ended.length < parts.length || ended.length === 0) return null;
  return { messageId, state: "delivered", failure: null, at: Math.max(...ended.map((part) => part.at)) };
};

const RANK: Readonly<Record<FinalReceiptState & FinalState, number>> = {
  failed: 0,
  expired: 1,
  delivered: 2,
};
