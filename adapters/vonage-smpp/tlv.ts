import { NO_TLVS, type Tlv } from "#adapters/vonage-smpp/pdu.ts";

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

/** More than any peer sends; a body of empty TLVs must not become 17,000 objects. */
const TLVS_MAX = 256;

/** The TLVs from `start` to `end`, or `undefined` if they do not fill that space exactly. */
export function readTlvs(bytes: Buffer, start: number, end: number): readonly Tlv[] | undefined {
  if (start === end) return NO_TLVS;
  const tlvs: Tlv[] = [];
  let at = start;
  while (at < end) {
    if (at + 4 > end || tlvs.length === TLVS_MAX) return undefined;
    const tag = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    at += 4;
    if (at + length > end) return undefined;
    tlvs.push({ tag, value: bytes.subarray(at, at + length) });
    at += length;
  }
  return tlvs;
}

export function tlvsLength(tlvs: readonly Tlv[]): number {
  let length = 0;
  for (let i = 0; i < tlvs.length; i++) length += 4 + tlvs[i]!.value.length;
  return length;
}

/** Writes the TLVs at `offset` and returns where they end. */
export function writeTlvs(target: Buffer, offset: number, tlvs: readonly Tlv[]): number {
  let at = offset;
  for (let i = 0; i < tlvs.length; i++) {
    const { tag, value } = tlvs[i]!;
    target.writeUInt16BE(tag, at);
    target.writeUInt16BE(value.length, at + 2);
    target.set(value, at + 4);
    at += 4 + value.length;
  }
  return at;
}

/** The first TLV with this tag. */
export function findTlv(tlvs: readonly Tlv[], tag: number): Buffer | undefined {
  for (let i = 0; i < tlvs.length; i++) if (tlvs[i]!.tag === tag) return tlvs[i]!.value;
  return undefined;
}

/** An integer TLV in whatever width the peer chose: some send a 16-bit reference in one octet. */
export function integerTlv(tlvs: readonly Tlv[], tag: number): number | undefined {
  const value = findTlv(tlvs, tag);
  if (value === undefined || value.length < 1 || value.length > 4) return undefined;
  return value.readUIntBE(0, value.length);
}

/** A text TLV up to its first NUL, if it has one: many peers leave the NUL of a C-octet string out. */
export function textTlv(tlvs: readonly Tlv[], tag: number): string | undefined {
  const value = findTlv(tlvs, tag);
  if (value === undefined) return undefined;
  const end = value.indexOf(0);
  return value.toString("latin1", 0, end === -1 ? value.length : end);
}
