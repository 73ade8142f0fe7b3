import type { Tlvs } from "#adapters/smpp/protocol/pdu.ts";

export interface Tlv {
  readonly tag: number;
  readonly value: Buffer;
}

/** TLVs as they stand on the wire. */
export const tlvBytes = (...tlvs: readonly Tlv[]): Tlvs =>
  Buffer.concat(
    tlvs.flatMap(({ tag, value }) => {
      const header = Buffer.alloc(4);
      header.writeUInt16BE(tag, 0);
      header.writeUInt16BE(value.length, 2);
      return [header, value];
    }),
  );

/** Each of them. */
export const tlvList = (tlvs: Tlvs): readonly Tlv[] => {
  const list: Tlv[] = [];
  for (let at = 0; at < tlvs.length; ) {
    const end = at + 4 + tlvs.readUInt16BE(at + 2);
    list.push({ tag: tlvs.readUInt16BE(at), value: tlvs.subarray(at + 4, end) });
    at = end;
  }
  return list;
};
