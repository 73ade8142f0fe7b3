import { createRequire } from "node:module";

/** A PDU as node-smpp gives it: header and mandatory fields by their names in SMPP 3.4, TLVs by name or number. */
export interface Pdu {
  readonly command: string;
  readonly command_status: number;
  readonly sequence_number: number;
  readonly [field: string]: unknown;
}

interface PduClass {
  new (command: string | Buffer, fields?: Readonly<Record<string, unknown>>): Pdu & { toBuffer(): Buffer };
}

// node-smpp has no types of its own.
const { PDU } = createRequire(import.meta.url)("smpp") as { readonly PDU: PduClass };

/** node-smpp guesses alphabets and times; here texts stay octets and times stay strings, in this class alone. */
class RawPdu extends PDU {
  _filter(): void {}
}

/** The largest PDU that node-smpp reads. */
export const PDU_OCTETS_MAX = 16_384;
export const HEADER_OCTETS = 16;

/** Nothing when the fields do not fit the frame. */
export const decodePdu = (frame: Buffer): Pdu | undefined => {
  try {
    return new RawPdu(frame);
  } catch {
    return undefined;
  }
};

export interface Tlv {
  readonly tag: number;
  readonly value: string;
}

/** TLVs that node-smpp has no name for come after everything else. */
export const encodePdu = (
  command: string,
  fields: Readonly<Record<string, unknown>>,
  vendorTlvs: readonly Tlv[] = [],
): Buffer => {
  const frame = new RawPdu(command, fields).toBuffer();
  if (vendorTlvs.length === 0) return frame;
  const tail = vendorTlvs.map(({ tag, value }) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(tag, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, Buffer.from(value, "ascii")]);
  });
  const whole = Buffer.concat([frame, ...tail]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
};
