import { isDigits } from "#apps/simulator/phone-number.ts";
import { decodeGsm } from "#apps/simulator/text/gsm-alphabet.ts";
import { textParts } from "#apps/simulator/text/text-parts.ts";
import { decodeUcs2 } from "#apps/simulator/text/ucs2.ts";
import { type Concatenation, isPossible, splitUserData } from "#apps/simulator/text/user-data-header.ts";
import { STATUS } from "./command-status.ts";
import type { Pdu } from "./raw-pdu.ts";

const UDH_INDICATOR = 0x40;
/** GSM 03.40: a message carries 140 octets, which are 160 septets. */
const OCTETS_MAX = 140;
const SEPTETS_MAX = 160;
/** SMPP 3.4 §5.2.22: sm_length. */
const SHORT_MESSAGE_MAX = 254;
/** GSM 03.40 §9.2.3.24.1: the parts of a text are counted in one octet. */
const PARTS_MAX = 255;

/** SMPP 3.4 §5.2.14: 0 to 3. */
const PRIORITY_MAX = 3;

/** SMPP 3.4 §7.1.1: `YYMMDDhhmmsstnnp`, absolute (p is + or -, nn a quarter of an hour) or relative (p is R, tnn is 000). */
const TIME = /^\d\d(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d(\d\d)([+\-R])$/;

/** SMPP 3.4 §5.3.2, and Vonage's own. */
const TLV = {
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarPart: 0x020f,
  messagePayload: 0x0424,
  priceWanted: 0x1421,
} as const;

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

export const parseSubmission = (pdu: Pdu): ParsedSubmission => {
  const refused = (status: number): ParsedSubmission => ({ ok: false, status });
  const from = string(pdu, "source_addr");
  const to = string(pdu, "destination_addr");
  const short = pdu.short_message;
  if (!pdu.isWhole || !Buffer.isBuffer(short) || short.length > SHORT_MESSAGE_MAX)
    return refused(STATUS.invalidMessageLength);
  if (from === "") return refused(STATUS.invalidSource);
  if (!isDigits(to)) return refused(STATUS.invalidDestination);
  if (number(pdu, "priority_flag") > PRIORITY_MAX) return refused(STATUS.invalidPriority);
  // Nothing is held until later.
  if (string(pdu, "schedule_delivery_time") !== "") return refused(STATUS.invalidSchedule);
  if (!isTime(string(pdu, "validity_period"))) return refused(STATUS.invalidExpiry);

  const payload = pdu.tlvs.get(TLV.messagePayload);
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
  if (alphabet === "ucs2" && body.length % 2 !== 0) return refused(STATUS.invalidMessageLength);
  const isSeptets = alphabet === "gsm";
  const room = isSeptets ? SEPTETS_MAX - Math.ceil((headerLength * 8) / 7) : OCTETS_MAX - headerLength;
  if (!payload && body.length > room) return refused(STATUS.invalidMessageLength);
  const text = decoders[alphabet](body);
  const size = payload && (isSeptets || alphabet === "ucs2") ? textParts(text, alphabet).length : 1;
  if (size > PARTS_MAX) return refused(STATUS.invalidMessageLength);

  return {
    ok: true,
    submission: {
      from,
      to,
      text,
      concatenation,
      size,
      receipts: (["none", "all", "failures", "none"] as const)[number(pdu, "registered_delivery") & 3]!,
      // With or without a NUL at the end.
      wantsPrice: pdu.tlvs.get(TLV.priceWanted)?.[0] === 0x31,
    },
  };
};

/** Whether it is no time, as an empty one is, or one that exists. */
const isTime = (text: string): boolean => {
  if (text === "") return true;
  const [, month, day, hour, minute, second, quarter, sign] = TIME.exec(text) ?? [];
  if (sign === undefined) return false;
  const isClock = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59;
  if (sign === "R") return isClock && quarter === "00" && text[12] === "0";
  return isClock && isBetween(month, 1, 12) && isBetween(day, 1, 31) && isBetween(quarter, 0, 48);
};

const isBetween = (digits: string | undefined, least: number, most: number): boolean =>
  Number(digits) >= least && Number(digits) <= most;

type Alphabet = keyof typeof decoders;

const decoders = {
  gsm: decodeGsm,
  latin1: (octets: Buffer) => octets.toString("latin1"),
  cyrillic: (octets: Buffer) => new TextDecoder("iso-8859-5").decode(octets),
  hebrew: (octets: Buffer) => new TextDecoder("iso-8859-8-i").decode(octets),
  ucs2: decodeUcs2,
  binary: (octets: Buffer) => octets.toString("hex"),
};

/** SMPP 3.4 §5.2.19, and where that is silent GSM 03.38 §4: message classes at 0x10 and 0xF0, message waiting from 0xC0 on. */
const alphabetOf = (dataCoding: number): Alphabet | undefined => {
  if (dataCoding >= 0xf0) return (dataCoding & 0x04) === 0 ? "gsm" : "binary";
  if (dataCoding >= 0xe0) return "ucs2";
  if (dataCoding >= 0xc0) return "gsm";
  if (dataCoding >= 0x10 && dataCoding < 0x20) {
    return (["gsm", "binary", "ucs2"] as const)[(dataCoding >> 2) & 0x03];
  }
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
  const [reference, total, part] = [TLV.sarReference, TLV.sarTotal, TLV.sarPart].map((tag) =>
    integer(pdu.tlvs.get(tag)),
  );
  if (reference === undefined || total === undefined || part === undefined) return undefined;
  return total > 1 && isPossible({ reference, total, part }) ? { reference, total, part } : undefined;
};

/** Of one octet or two, whatever the tag should have. */
const integer = (octets: Buffer | undefined): number | undefined =>
  octets && (octets.length === 1 || octets.length === 2) ? octets.readUIntBE(0, octets.length) : undefined;

const string = (pdu: Pdu, name: string): string => {
  const value = pdu[name];
  return typeof value === "string" ? value : "";
};

const number = (pdu: Pdu, name: string): number => {
  const value = pdu[name];
  return typeof value === "number" ? value : 0;
};
