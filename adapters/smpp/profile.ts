import type { ReceiptState } from "#core/domain/receipt.ts";

/**
 * What one carrier's SMPP is like: everything in which two SMSCs differ. The rest of the room knows SMPP 3.4 alone. `smpp34.ts` has the
 * tables of the standard, from which a profile starts.
 */
export interface SmppProfile {
  /** Of the carrier, for logs. */
  readonly name: string;
  /** What a command_status in the answer to a submit_sm means; one that is not here is worth another try. */
  readonly submitStatuses: ReadonlyMap<number, SubmitResultClass>;
  readonly messageIdForm: MessageIdForm;
  /** How a deliver_sm is answered that cannot be accepted now. The carrier delivers it again after these, and gives up after any other. */
  readonly tryAgain: TryAgain;
  /** What data_coding 0 means, for what comes and for what is sent. */
  readonly defaultAlphabet: DefaultAlphabet;
  readonly addresses: AddressForms;
  readonly receipts: ReceiptWords;
}

/** What becomes of a message and of the link after an answer to a submit_sm. */
export type SubmitResultClass =
  | "accepted"
  /** Too fast: not an attempt; send it again first of all, more slowly. */
  | "throttled"
  /** The carrier has trouble: send it again later, a limited number of times. */
  | "retry"
  /** The link is not what both sides think it is: requeue the message and bind anew. */
  | "session-fault"
  /** This message will never be accepted. */
  | "permanent";

/** How receipts write the id that submit_sm_resp gave: the same, hexadecimal there and decimal in receipts, or the reverse. */
export type MessageIdForm = "same" | "hex-dec" | "dec-hex";

export type DefaultAlphabet = "gsm" | "latin1" | "ascii";

/** command_status of a deliver_sm_resp. */
export interface TryAgain {
  readonly unavailable: number;
  readonly overloaded: number;
}

/** Type of number and numbering plan (SMPP 3.4 §5.2.5, §5.2.6) that the carrier wants with an E.164 number. */
export interface AddressForms {
  readonly international: AddressForm;
}

export interface AddressForm {
  readonly ton: number;
  readonly npi: number;
}

/** What the carrier says in a receipt. */
export interface ReceiptWords {
  /** By the TLV message_state (SMPP 3.4 §5.2.28). */
  readonly states: ReadonlyMap<number, ReceiptStatus>;
  /** By the beginning of the `stat` word, in capitals (SMPP 3.4 appendix B). What no entry fits is not understood. */
  readonly words: readonly (readonly [prefix: string, status: ReceiptStatus])[];
  /** What each means for the message. */
  readonly meanings: Readonly<Record<ReceiptStatus, ReceiptState>>;
  /** What an error code tells, as the carrier wrote it. */
  readonly error: (code: string) => ReceiptError;
}

/** What a carrier says of a message (SMPP 3.4 §5.2.28). */
export type ReceiptStatus =
  | "enroute"
  | "delivered"
  | "expired"
  | "deleted"
  | "undeliverable"
  | "accepted"
  | "unknown"
  | "rejected";

export interface ReceiptError {
  /** Without zeros in front; "0": no error. */
  readonly number: string;
  /** For people, to follow "Not delivered: "; null: nothing is known of the code. */
  readonly reason: string | null;
  /** The carrier says that the recipient has opted out. */
  readonly isOptOut: boolean;
}

/** Statuses of a generic_nack of a peer that could not read our request at all: command length and command id (SMPP 3.4 §5.1.3). */
const NACK_FAULTS: readonly number[] = [0x02, 0x03];

/** The class of a command_status. `nack`: it came in a generic_nack. */
export const submitResultClass = (
  { submitStatuses }: Pick<SmppProfile, "submitStatuses">,
  status: number,
  nack: boolean,
): SubmitResultClass =>
  nack && NACK_FAULTS.includes(status) ? "session-fault" : (submitStatuses.get(status) ?? "retry");
