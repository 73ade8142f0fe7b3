import { GSM_BASIC, GSM_ESCAPE, GSM_EXTENSION } from "#core/domain/gsm-alphabet.ts";
import { DEFAULT_TABLES, type GsmTables } from "./national-tables.ts";

/** Octets that mean the same in the default alphabet and in ASCII: then a text needs no table. */
const sameInAscii = new Uint8Array(256);
for (let septet = 0; septet < 128; septet += 1) {
  if (GSM_BASIC.charCodeAt(septet) === septet && septet !== GSM_ESCAPE) sameInAscii[septet] = 1;
}

/**
 * Reads GSM 03.38 text with one septet per octet, as SMPP carries it. An escape before a septet that no extension has means the
 * basic character; two escapes mean a space (3GPP TS 23.038 §6.2.1.1). Octets from 0x80 up are no septets: SMSCs that send them
 * mean Latin-1.
 */
export const decodeGsm = (bytes: Buffer, tables: GsmTables = DEFAULT_TABLES): string => {
  if (tables === DEFAULT_TABLES && isAscii(bytes)) return bytes.toString("latin1");
  let text = "";
  for (let i = 0; i < bytes.length; i += 1) {
    const octet = bytes[i]!;
    if (octet !== GSM_ESCAPE) {
      text += octet < 0x80 ? tables.basic[octet] : String.fromCharCode(octet);
      continue;
    }
    i += 1;
    const next = bytes[i];
    if (next === undefined) break;
    if (next === GSM_ESCAPE) text += " ";
    else text += tables.extension.get(next) ?? (next < 0x80 ? tables.basic[next] : String.fromCharCode(next));
  }
  return text;
};

const isAscii = (bytes: Buffer): boolean => {
  for (let i = 0; i < bytes.length; i += 1) if (sameInAscii[bytes[i]!] === 0) return false;
  return true;
};

/** The septets of a character: below 0x80 one, from 0x1b00 up the escape and another; absent: not in the alphabet. */
const septetsByCode = new Map<number, number>();
for (let septet = 0; septet < 128; septet += 1) {
  if (septet !== GSM_ESCAPE) septetsByCode.set(GSM_BASIC.charCodeAt(septet), septet);
}
for (const [septet, letter] of GSM_EXTENSION)
  septetsByCode.set(letter.charCodeAt(0), (GSM_ESCAPE << 8) | septet);

const septetsOf = (code: number): number | undefined =>
  code < 0x80 && sameInAscii[code] === 1 ? code : septetsByCode.get(code);

/** The text in septets, one per octet, or `null` if the alphabet lacks one of its characters. */
export const encodeGsm = (text: string): Buffer | null => {
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const septets = septetsOf(text.charCodeAt(i));
    if (septets === undefined) return null;
    length += septets > 0xff ? 2 : 1;
  }
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0, at = 0; i < text.length; i += 1) {
    const septets = septetsOf(text.charCodeAt(i))!;
    if (septets > 0xff) bytes[at++] = septets >> 8;
    bytes[at++] = septets & 0xff;
  }
  return bytes;
};
