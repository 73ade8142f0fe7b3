import { isDigits } from "../phone-number.ts";
import { decodeGsm } from "../text/gsm-alphabet.ts";
import { textParts } from "../text/text-parts.ts";
import { decodeUcs2 } from "../text/ucs2.ts";
import { type Concatenation, isPossible, splitUserData } from "../text/user-data-header.ts";
import { STATUS } from "./command-status.ts";
import { HEADER_OCTETS, type Pdu } from "./raw-pdu.ts";

const UDH_INDICATOR = 0x40;
/** GSM 03.40: a message carries 140 octets, which are 160 septets. */
const OCTETS_MAX = 140;
const SEPTETS_MAX = 160;
/** SMPP 3.4 §5.2.22: sm_length. */
const SHORT_MESSAGE_MAX = 254;

/** What a submit_sm asks for. */
export interface Submission {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly concatenation: Concatenation | undefined;
  /** How many SMS it is: more than one only for a message_payload. */
  readonly size: number;
  readonly receipts: "none" | "all" | "failures";
  /** TLV 0x1421 = "1": tell price, balance and network in the response. */
  readonly wantsPrice: boolean;
}

export type ParsedSubmission =
  | { readonly ok: true; readonly submission: Submission }
  | { readonly ok: false; readonly status: number };

export const parseSubmission = (pdu: Pdu, frame: Buffer): ParsedSubmission => {
  const refused = (status: number): ParsedSubmission => ({ ok: false, status });
  const from = string(pdu, "source_addr");
  const to = string(pdu, "destination_addr");
  if (!hasHonestLengths(pdu, frame)) return refused(STATUS.invalidMessageLength);
  if (from === "") return refused(STATUS.invalidSource);
  if (!isDigits(to)) return refused(STATUS.invalidDestination);

  const payload = pdu.message_payload as Buffer | undefined;
  const short = pdu.short_message as Buffer;
  if (payload && short.length > 0) return refused(STATUS.invalidMessageLength);
  const octets = payload ?? short;
  const hasHeader = (number(pdu, "esm_class") & UDH_INDICATOR) !== 0;
  const split = hasHeader
    ? splitUserData(octets)
    : { body: octets, headerLength: 0, concatenation: segments(pdu) };
  if (!split) return refused(STATUS.invalidEsmClass);

  const alphabet = alphabetOf(number(pdu, "data_coding"));
  if (!alphabet) return refused(STATUS.invalidDataCoding);
  const { body, headerLength, concatenation } = split;
  const isSeptets = alphabet === "gsm";
  const room = isSeptets ? SEPTETS_MAX - Math.ceil((headerLength * 8) / 7) : OCTETS_MAX - headerLength;
  if (!payload && body.length > room) return refused(STATUS.invalidMessageLength);
  const text = decoders[alphabet](body);

  return {
    ok: true,
    submission: {
      from,
      to,
      text,
      concatenation,
      size: payload && (isSeptets || alphabet === "ucs2") ? textParts(text, alphabet).length : 1,
      receipts: (["none", "all", "failures", "none"] as const)[number(pdu, "registered_delivery") & 3]!,
      wantsPrice: pdu[String(0x1421)]?.toString() === "1",
    },
  };
};

type Alphabet = keyof typeof decoders;

const decoders = {
  gsm: decodeGsm,
  latin1: (octets: Buffer) => octets.toString("latin1"),
  cyrillic: (octets: Buffer) => new TextDecoder("iso-8859-5").decode(octets),
  hebrew: (octets: Buffer) => new TextDecoder("iso-8859-8-i").decode(octets),
  ucs2: decodeUcs2,
  binary: (octets: Buffer) => octets.toString("hex"),
};

/** SMPP 3.4 §5.2.19; 0xF0 and up is GSM 03.38's message class with an alphabet bit. */
const alphabetOf = (dataCoding: number): Alphabet | undefined => {
  if (dataCoding >= 0xf0) return (dataCoding & 0x04) === 0 ? "gsm" : "binary";
  const known: Readonly<Record<number, Alphabet>> = {
    0: "gsm",
    1: "latin1",
    2: "binary",
    3: "latin1",
    4: "binary",
    6: "cyrillic",
    7: "hebrew",
    8: "ucs2",
  };
  return known[dataCoding];
};

/** Parts told by the sar_* TLVs instead of a header. */
const segments = (pdu: Pdu): Concatenation | undefined => {
  const reference = pdu.sar_msg_ref_num;
  const total = pdu.sar_total_segments;
  const part = pdu.sar_segment_seqnum;
  if (typeof reference !== "number" || typeof total !== "number" || typeof part !== "number")
    return undefined;
  return total > 1 && isPossible({ reference, total, part }) ? { reference, total, part } : undefined;
};

/** sm_length must be the length of the text that is there, and the rest whole TLVs: node-smpp takes what it gets. */
const hasHonestLengths = (pdu: Pdu, frame: Buffer): boolean => {
  const short = pdu.short_message;
  if (!Buffer.isBuffer(short)) return false;
  const names = [
    "service_type",
    "source_addr",
    "destination_addr",
    "schedule_delivery_time",
    "validity_period",
  ];
  const strings = names.reduce((sum, name) => sum + string(pdu, name).length + 1, 0);
  // Four addresses' TON and NPI, esm_class, protocol_id, priority_flag, and four octets before sm_length.
  let at = HEADER_OCTETS + strings + 11;
  if (frame[at] !== short.length || short.length > SHORT_MESSAGE_MAX) return false;
  at += 1 + short.length;
  while (at < frame.length) {
    if (at + 4 > frame.length) return false;
    at += 4 + frame.readUInt16BE(at + 2);
  }
  return at === frame.length;
};

const string = (pdu: Pdu, name: string): string => {
  const value = pdu[name];
  return typeof value === "string" ? value : "";
};

const number = (pdu: Pdu, name: string): number => {
  const value = pdu[name];
  return typeof value === "number" ? value : 0;
};
