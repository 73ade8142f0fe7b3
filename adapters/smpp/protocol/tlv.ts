import type { ReceivedMessage } from "./received-message.ts";

/** Optional parameters that mean something to us (SMPP 3.4 §5.3.2; 0x1421 and 0x1402 are Vonage's own). */
export const TAG = {
  receiptedMessageId: 0x001e,
  userMessageReference: 0x0204,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarSequence: 0x020f,
  networkErrorCode: 0x0423,
  messagePayload: 0x0424,
  messageState: 0x0427,
  vonagePriceRequest: 0x1421,
  vonageNetwork: 0x1402,
} as const;

/** More than any peer sends; a body of empty TLVs must not cost 17,000 steps whenever one is looked for. */
const TLVS_MAX = 256;

/** Tag and length, 16 bits each. */
const TLV_HEADER = 4;

/** Whether the octets from `start` to `end` are whole TLVs, one after another. */
export const areTlvs = (bytes: Buffer, start: number, end: number): boolean =>
  endOfTlvs(bytes, start, end) === end;

/** Where the whole TLVs from `start` on end: at `end`, or before the first that goes beyond it. */
export const endOfTlvs = (bytes: Buffer, start: number, end: number): number => {
  let at = start;
  for (let count = 0; at < end; count += 1) {
    if (at + TLV_HEADER > end || count === TLVS_MAX) return at;
    const next = at + TLV_HEADER + bytes.readUInt16BE(at + 2);
    if (next > end) return at;
    at = next;
  }
  return at;
};

/** Tags of SMPP 3.4 §5.3.2 beside those above. */
const DEFINED: ReadonlySet<number> = new Set([
  0x05, 0x06, 0x07, 0x08, 0x0d, 0x0e, 0x0f, 0x10, 0x17, 0x19, 0x1d, 0x1e, 0x30, 0x201, 0x202, 0x203, 0x204,
  0x205, 0x20a, 0x20b, 0x20c, 0x20d, 0x20e, 0x20f, 0x210, 0x302, 0x303, 0x304, 0x381, 0x420, 0x421, 0x422,
  0x423, 0x424, 0x425, 0x426, 0x427, 0x428, 0x501, 0x1201, 0x1203, 0x1204, 0x130c, 0x1380, 0x1383,
]);

/**
 * Whether what follows a text is damaged TLVs and cannot be the rest of the text itself, which a wrong sm_length would leave there: all
 * tags are ones that SMPP defines or leaves to SMSCs (0x1400 to 0x14FF), or there are but a few octets of nothing.
 */
export const areDamagedTlvs = (bytes: Buffer, start: number, end: number): boolean => {
  let at = start;
  while (at + TLV_HEADER <= end) {
    const tag = bytes.readUInt16BE(at);
    if (!DEFINED.has(tag) && (tag < 0x1400 || tag > 0x14ff)) return false;
    at += TLV_HEADER + bytes.readUInt16BE(at + 2);
  }
  for (; at < end; at += 1) if (bytes[at] !== 0) return false;
  return true;
};

/** Where the value of the first TLV with this tag begins in a message, or -1. */
const startOf = ({ bytes, tlvsAt, end }: ReceivedMessage, tag: number): number => {
  let at = tlvsAt;
  while (at < end) {
    if (bytes.readUInt16BE(at) === tag) return at + TLV_HEADER;
    at += TLV_HEADER + bytes.readUInt16BE(at + 2);
  }
  return -1;
};

const endOf = ({ bytes }: ReceivedMessage, start: number): number => start + bytes.readUInt16BE(start - 2);

/** The value of the first TLV with this tag. */
export const findTlv = (message: ReceivedMessage, tag: number): Buffer | null => {
  const start = startOf(message, tag);
  return start === -1 ? null : message.bytes.subarray(start, endOf(message, start));
};

/** An integer TLV in whatever width the peer chose: some send a 16-bit reference in one octet. */
export const integerTlv = (message: ReceivedMessage, tag: number): number | null => {
  const start = startOf(message, tag);
  if (start === -1) return null;
  const length = endOf(message, start) - start;
  return length < 1 || length > 4 ? null : message.bytes.readUIntBE(start, length);
};

/** A text TLV up to its first NUL, if it has one: many peers leave the NUL of a C-octet string out. */
export const textTlv = (message: ReceivedMessage, tag: number): string | null => {
  const start = startOf(message, tag);
  if (start === -1) return null;
  const valueEnd = endOf(message, start);
  let end = start;
  while (end < valueEnd && message.bytes[end] !== 0) end += 1;
  return message.bytes.toString("latin1", start, end);
};
