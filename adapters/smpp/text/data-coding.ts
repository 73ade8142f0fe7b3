import type { DefaultAlphabet } from "#adapters/smpp/profile.ts";
import { decodeGsm, encodeGsm } from "./gsm-text.ts";
import type { GsmTables } from "./national-tables.ts";

/** Values of data_coding that we send (SMPP 3.4 §5.2.19). */
export const DATA_CODING = { default: 0x00, ucs2: 0x08 } as const;

/** The character sets of data_coding 1 to 14 for which the platform has a decoder. */
const labels: ReadonlyMap<number, string> = new Map([
  [0x05, "shift_jis"],
  [0x06, "iso-8859-5"],
  [0x07, "iso-8859-8"],
  [0x0d, "euc-jp"],
  [0x0e, "euc-kr"],
]);

/** Text of these is bytes, not characters: shown as Latin-1, so that nothing is lost. */
type Charset = "gsm" | "ascii" | "latin1" | "ucs2" | { readonly label: string };

/**
 * The character set behind a data_coding: the table of SMPP 3.4 §5.2.19 below 0x10, the coding groups of 3GPP TS 23.038 §4 above,
 * which SMSCs pass through from the handset.
 */
const charsetOf = (dataCoding: number): Charset => {
  if (dataCoding < 0x10) {
    if (dataCoding === 0x00) return "gsm";
    if (dataCoding === 0x01) return "ascii";
    if (dataCoding === DATA_CODING.ucs2) return "ucs2";
    const label = labels.get(dataCoding);
    return label === undefined ? "latin1" : { label };
  }
  if (dataCoding >= 0xf0) return (dataCoding & 0x04) === 0 ? "gsm" : "latin1";
  if (dataCoding >= 0xe0) return "ucs2";
  if (dataCoding >= 0xc0) return "gsm";
  if (dataCoding >= 0x80) return "gsm";
  const alphabet = dataCoding & 0x0c;
  if (alphabet === 0x08) return "ucs2";
  return alphabet === 0x04 ? "latin1" : "gsm";
};

/** The text of a message body without its header; language tables count for the GSM alphabet alone. Halves of surrogate pairs stay: the next part may have the other half. */
export const decodeText = (
  bytes: Buffer,
  dataCoding: number,
  defaultAlphabet: DefaultAlphabet = "gsm",
  tables: GsmTables | null = null,
): string => {
  const charset = dataCoding === DATA_CODING.default ? defaultAlphabet : charsetOf(dataCoding);
  switch (charset) {
    case "gsm":
      return decodeGsm(bytes, tables ?? undefined);
    case "ascii":
    case "latin1":
      return bytes.toString("latin1");
    case "ucs2":
      return decodeUcs2(bytes);
    default:
      return new TextDecoder(charset.label).decode(bytes);
  }
};

/** UTF-16 in network order. A byte order mark at the start is not text; an odd last octet is read as if its pair were lost. */
export const decodeUcs2 = (bytes: Buffer): string => {
  const whole = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
  const text = whole.toString("utf16le");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
};

export const encodeUcs2 = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

/** The octets of a text under data_coding 0, or null if the alphabet lacks one of its characters. */
export const encodeDefault = (text: string, alphabet: DefaultAlphabet): Buffer | null => {
  if (alphabet === "gsm") return encodeGsm(text);
  const last = alphabet === "ascii" ? 0x7f : 0xff;
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > last) return null;
  return Buffer.from(text, "latin1");
};

/** Whether a data_coding means octets, and no text: SMPP 3.4 §5.2.19, 3GPP TS 23.038 §4. */
export const isBinary = (dataCoding: number): boolean => {
  if (dataCoding < 0x10) return dataCoding === 0x02 || dataCoding === 0x04;
  if (dataCoding >= 0xf0) return (dataCoding & 0x04) !== 0;
  return dataCoding < 0x80 && (dataCoding & 0x0c) === 0x04;
};
