import type { ShortMessage } from "#adapters/vonage-smpp/pdu.ts";
import { integerTlv, TAG, textTlv } from "#adapters/vonage-smpp/tlv.ts";
import { userDataOf } from "#adapters/vonage-smpp/user-data.ts";

/** How receipts write the id that the answer to submit_sm gave: the same, or hexadecimal there and decimal here, or the reverse. */
export type MessageIdForm = "same" | "hex-dec" | "dec-hex";

/** What a carrier says of a message (SMPP 3.4 §5.2.28 and appendix B). */
export type ReceiptStatus =
  | "enroute"
  | "delivered"
  | "expired"
  | "deleted"
  | "undeliverable"
  | "accepted"
  | "unknown"
  | "rejected";

export interface ReceiptFields {
  /** The message's id as TLV and text write it; empty where there is none. */
  readonly tlvId: string;
  readonly textId: string;
  readonly status: ReceiptStatus;
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
export function isReceipt({ esmClass }: ShortMessage): boolean {
  const type = esmClass & TYPE_BITS;
  return type === RECEIPT || type === INTERMEDIATE;
}

const byState: readonly (ReceiptStatus | undefined)[] = [
  undefined,
  "enroute",
  "delivered",
  "expired",
  "deleted",
  "undeliverable",
  "accepted",
  "unknown",
  "rejected",
];

/** Statuses in the text: the seven letters of SMPP 3.4 appendix B, and what else has been seen. */
const byWord: readonly (readonly [RegExp, ReceiptStatus])[] = [
  [/^DELIV/, "delivered"],
  [/^EXPIR/, "expired"],
  [/^DELET/, "deleted"],
  [/^(UNDEL|FAIL)/, "undeliverable"],
  [/^(ACCEP|ACK)/, "accepted"],
  [/^REJ/, "rejected"],
  [/^(ENROUTE|BUFFER|SCHED)/, "enroute"],
];

const fieldPattern = (name: string): RegExp => new RegExp(`(?:^|\\s)${name}\\s*:\\s*(\\S+)`, "i");
const patterns = { id: fieldPattern("id"), stat: fieldPattern("stat"), err: fieldPattern("err") };

/** Reads a receipt: TLVs first, then its text, whatever fields that has, in any order and case. */
export function readReceipt(message: ShortMessage): ReceiptFields {
  const whole = receiptText(message);
  // Behind "text:" come words that a person wrote: they count for nothing, unless the carrier put its own fields there.
  const head = whole.replace(/(^|\s)text\s*:.*$/is, "");
  const fields = /(^|\s)(id|stat)\s*:/i.test(head) ? head : whole;
  const field = (name: keyof typeof patterns) => patterns[name].exec(fields)?.[1] ?? "";
  const state = integerTlv(message.tlvs, TAG.messageState);
  return {
    tlvId: plausibleId(textTlv(message.tlvs, TAG.receiptedMessageId)?.trim() ?? ""),
    textId: plausibleId(field("id")),
    status: (state === undefined ? undefined : byState[state]) ?? statusOf(field("stat").toUpperCase()),
    error: errorOf(field("err")),
  };
}

const errorOf = (code: string): string => (/^[0-9A-Za-z]{1,8}$/.test(code) ? code : "");

const plausibleId = (id: string): string => (id.length <= ID_LENGTH_MAX ? id : "");

const statusOf = (word: string): ReceiptStatus =>
  byWord.find(([pattern]) => pattern.test(word))?.[1] ?? "unknown";

/** The text as ASCII, whatever its data_coding says: some carriers write ASCII under 8 (UCS-2), some write UCS-2 under 0. */
function receiptText(message: ShortMessage): string {
  const { body } = userDataOf(message);
  const isUtf16 = body.length >= 4 && body[0] === 0 && body[2] === 0;
  return isUtf16 ? body.toString("latin1").replaceAll("\0", "") : body.toString("latin1");
}

/**
 * The ids, as `storedId` writes them, that the answer to the submit_sm may have given, the likeliest first. A text's digits are never
 * taken both ways: decimal 10 is hexadecimal a, and the message with the hexadecimal id 10 is another one. The TLV repeats the id of
 * the answer, unless it says just what the text says.
 */
export function candidateIds({ tlvId, textId }: ReceiptFields, form: MessageIdForm): readonly string[] {
  const candidates = new Set<string>();
  if (tlvId !== "" && tlvId !== textId) candidates.add(storedId(tlvId));
  if (textId !== "") candidates.add(storedId(converted(textId, form)));
  return [...candidates];
}

function converted(id: string, form: MessageIdForm): string {
  if (form === "hex-dec" && /^\d{1,40}$/.test(id)) return BigInt(id).toString(16);
  if (form === "dec-hex" && /^[\da-f]{1,34}$/i.test(id)) return BigInt(`0x${id}`).toString(10);
  return id;
}

/** The one way in which we write an id: trimmed, lower case, no dashes of a UUID, no leading zeros. */
export function storedId(id: string): string {
  const plain = id.trim().toLowerCase();
  const compact = /^[\da-f-]+$/.test(plain) ? plain.replaceAll("-", "") : plain;
  return compact.replace(/^0+(?=.)/, "");
}
