import {
  dataCodingOf,
  esmClassOf,
  type ReceivedMessage,
  shortMessageOf,
} from "#adapters/smpp/protocol/received-message.ts";
import { findTlv, integerTlv, TAG } from "#adapters/smpp/protocol/tlv.ts";
import { decodeText } from "./data-coding.ts";
import { type GsmTables, tablesFor } from "./national-tables.ts";

/** The user data header indicator of esm_class (SMPP 3.4 §5.2.12). */
export const UDH_INDICATOR = 0x40;

/** Information elements of a user data header (3GPP TS 23.040 §9.2.3.24). */
const ELEMENT = { concatenated8: 0x00, concatenated16: 0x08, singleShift: 0x24, lockingShift: 0x25 } as const;

/**
 * Elements that address a program and not a person: application ports, the wireless control protocol, and commands for the SIM
 * (3GPP TS 23.040 §9.2.3.24, 3GPP TS 31.115 §4).
 */
const forProgram = (element: number): boolean =>
  element === 0x04 || element === 0x05 || element === 0x09 || (element >= 0x70 && element <= 0x7f);

/** The place of a part in a longer text; `kind` keeps counters apart that may have the same value. */
export interface Concatenation {
  readonly kind: "udh8" | "udh16" | "sar";
  readonly reference: number;
  readonly total: number;
  /** From 1. */
  readonly index: number;
}

export interface UserData {
  readonly concatenation: Concatenation | null;
  /** The text's octets, without the header. */
  readonly body: Buffer;
  readonly tables: GsmTables | null;
  /** The header addresses a program on the handset. */
  readonly isForProgram: boolean;
}

/** What a message says and where it belongs; a header or TLV that makes no sense is passed over, and the text is kept. */
export const userDataOf = (message: ReceivedMessage): UserData => {
  const bytes = octetsOf(message);
  const header = (esmClassOf(message) & UDH_INDICATOR) === 0 ? null : readHeader(bytes);
  const concatenation = header?.concatenation ?? sarOf(message);
  return {
    concatenation,
    body: header?.body ?? bytes,
    tables: header?.tables ?? null,
    isForProgram: header?.isForProgram ?? false,
  };
};

/** The octets of a message without its header. */
export const bodyOf = (message: ReceivedMessage): Buffer => {
  const bytes = octetsOf(message);
  return ((esmClassOf(message) & UDH_INDICATOR) === 0 ? null : readHeader(bytes)?.body) ?? bytes;
};

/** A longer text may stand in a TLV, then short_message is empty (SMPP 3.4 §5.3.2.32). */
const octetsOf = (message: ReceivedMessage): Buffer => {
  const payload = message.textAt === message.tlvsAt ? findTlv(message, TAG.messagePayload) : null;
  return payload ?? shortMessageOf(message);
};

/** The text of a message, or of this part of one. */
export const textOf = (message: ReceivedMessage): string => {
  const { body, tables } = userDataOf(message);
  return decodeText(body, dataCodingOf(message), "gsm", tables);
};

/** The header of one part of a long text: 8-bit reference, as Vonage asks (05 00 03 RR TT SS). */
export const concatenationHeader = (reference: number, total: number, index: number): Buffer => {
  return Buffer.from([0x05, ELEMENT.concatenated8, 0x03, reference & 0xff, total, index]);
};

const readHeader = (bytes: Buffer): UserData | null => {
  const end = 1 + (bytes[0] ?? Number.POSITIVE_INFINITY);
  // A header longer than the message cannot be one; better show its octets than lose the text.
  if (end > bytes.length) return null;
  let concatenation: Concatenation | null = null;
  let singleShift: number | null = null;
  let lockingShift: number | null = null;
  let isForProgram = false;
  for (let at = 1; at + 2 <= end; ) {
    const id = bytes[at]!;
    const data = bytes.subarray(at + 2, at + 2 + bytes[at + 1]!);
    at += 2 + bytes[at + 1]!;
    if (at > end) break;
    if (forProgram(id)) isForProgram = true; // breakage: relay-program-data
    if (id === ELEMENT.concatenated8 && data.length === 3) {
      concatenation = plausible("udh8", data[0]!, data[1]!, data[2]!) ?? concatenation;
    } else if (id === ELEMENT.concatenated16 && data.length === 4) {
      concatenation = plausible("udh16", data.readUInt16BE(0), data[2]!, data[3]!) ?? concatenation;
    } else if (id === ELEMENT.singleShift && data.length === 1) {
      singleShift = data[0]!;
    } else if (id === ELEMENT.lockingShift && data.length === 1) {
      lockingShift = data[0]!;
    }
  }
  const shifted = singleShift !== null || lockingShift !== null;
  const tables = shifted ? tablesFor(singleShift, lockingShift) : null;
  return { concatenation, body: bytes.subarray(end), tables, isForProgram };
};

const sarOf = (message: ReceivedMessage): Concatenation | null => {
  if (message.tlvsAt === message.end) return null;
  const reference = integerTlv(message, TAG.sarReference);
  const total = integerTlv(message, TAG.sarTotal);
  const index = integerTlv(message, TAG.sarSequence);
  if (reference === null || total === null || index === null) return null;
  return plausible("sar", reference, total, index);
};

const plausible = (
  kind: Concatenation["kind"],
  reference: number,
  total: number,
  index: number,
): Concatenation | null => {
  if (index < 1 || index > total || total > 0xff) return null;
  return { kind, reference, total, index };
};
