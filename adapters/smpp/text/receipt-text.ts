import type { ReceiptStatus, ReceiptWords } from "#adapters/smpp/profile.ts";
import { esmClassOf, type ReceivedMessage } from "#adapters/smpp/protocol/received-message.ts";
import { findTlv, integerTlv, TAG, textTlv } from "#adapters/smpp/protocol/tlv.ts";
import { receiptWords, wordAt } from "./receipt-words.ts";
import { bodyOf } from "./user-data.ts";

export interface ReceiptFields {
  /** The message's id as TLV and text write it; empty where there is none. */
  readonly tlvId: string;
  readonly textId: string;
  /** Null: what it says is not understood. */
  readonly status: ReceiptStatus | null;
  /** The carrier's error code, three digits mostly; empty if there is none. */
  readonly error: string;
}

/** Message type bits of esm_class (SMPP 3.4 §5.2.12): a delivery receipt, or an intermediate notification. */
const TYPE_BITS = 0x3c;
const RECEIPT = 0x04;
const INTERMEDIATE = 0x20;

/** Ids that matter are far shorter; what is longer is no id. */
const ID_LENGTH_MAX = 64;

/**
 * Whether a deliver_sm is a receipt. Only its class says so: some carriers hang receipted_message_id on ordinary texts, and a person
 * may text "id:1 stat:DELIVRD".
 */
export const isReceipt = (message: ReceivedMessage): boolean => {
  const type = esmClassOf(message) & TYPE_BITS;
  // breakage: receipt-is-a-text
  return type === RECEIPT || type === INTERMEDIATE;
};

/**
 * Whether a message without a class may be a receipt all the same: it has both TLVs of one, which no person can write. It is one only if
 * its id is that of a message that we sent to its sender.
 */
export const maybeReceipt = (message: ReceivedMessage): boolean =>
  message.tlvsAt !== message.end &&
  (esmClassOf(message) & TYPE_BITS) === 0 &&
  findTlv(message, TAG.receiptedMessageId) !== null &&
  findTlv(message, TAG.messageState) !== null;

/** The error code that stands for no error. */
const NO_ERROR = "000";

/** Reads a receipt: TLVs first, then its text, whatever fields that has, in any order and case. */
export const readReceipt = (
  message: ReceivedMessage,
  { states, words }: Pick<ReceiptWords, "states" | "words">,
): ReceiptFields => {
  const text = receiptText(message);
  const { id, stat, err, end } = receiptWords(text);
  const state = integerTlv(message, TAG.messageState);
  const tlvId = textTlv(message, TAG.receiptedMessageId)?.trim() ?? "";
  return {
    tlvId: plausibleId(tlvId),
    textId: id === -1 ? "" : plausibleId(wordAt(text, id, end, tlvId)),
    status:
      (state === null ? null : states.get(state)) ??
      (stat === -1 ? null : statusOf(wordAt(text, stat, end, ""), words)),
    error: err === -1 ? "" : errorOf(wordAt(text, err, end, NO_ERROR)),
  };
};

const errorOf = (code: string): string => (code === NO_ERROR || /^[0-9A-Za-z]{1,8}$/.test(code) ? code : "");

const plausibleId = (id: string): string => (id.length <= ID_LENGTH_MAX ? id : "");

const statusOf = (word: string, words: ReceiptWords["words"]): ReceiptStatus | null => {
  const capitals = word.toUpperCase();
  return words.find(([prefix]) => capitals.startsWith(prefix))?.[1] ?? null;
};

/** The text as ASCII, whatever its data_coding says: some carriers write ASCII under 8 (UCS-2), some write UCS-2 under 0. */
const receiptText = (message: ReceivedMessage): Buffer => {
  const body = bodyOf(message);
  const isUtf16 = body.length >= 4 && body[0] === 0 && body[2] === 0;
  return isUtf16 ? Buffer.from(body.filter((octet) => octet !== 0)) : body;
};
