import { createRequire } from "node:module";

/** A PDU of a customer: the mandatory fields that are of use here by their names in SMPP 3.4, TLVs by their tags. */
export interface Pdu {
  /** As SMPP 3.4 names it; "unknown" when it does not. */
  readonly command: string;
  readonly isResponse: boolean;
  readonly command_status: number;
  readonly sequence_number: number;
  readonly tlvs: ReadonlyMap<number, Buffer>;
  /** Whether the fields and TLVs are all there and end where the frame ends. */
  readonly isWhole: boolean;
  readonly [field: string]: unknown;
}

interface FieldType {
  read(frame: Buffer, offset: number): unknown;
  size(value: unknown): number;
}

interface Command {
  readonly command: string;
  readonly params?: Readonly<Record<string, { readonly type: FieldType }>>;
}

// node-smpp has no types of its own.
const { PDU, commands, commandsById } = createRequire(import.meta.url)("smpp") as {
  readonly PDU: new (command: string, fields: Readonly<Record<string, unknown>>) => { toBuffer(): Buffer };
  readonly commands: Readonly<Record<string, Command>>;
  readonly commandsById: Readonly<Record<number, Command>>;
};

/** node-smpp guesses alphabets and times; here texts stay octets and times stay strings, in this class alone. */
class RawPdu extends PDU {
  _filter(): void {}
}

/** A message_payload of 64 K (SMPP 3.4 §5.3.2.32), and room for everything else. */
export const PDU_OCTETS_MAX = 70_000;
export const HEADER_OCTETS = 16;
const TLV_HEADER_OCTETS = 4;
const RESPONSE_BIT = 0x8000_0000;

/** Whose fields are read. Of all others, foreign peers may send what they like: a missing or a broken body does no harm. */
const FIELDS = new Map(
  ["bind_transmitter", "bind_receiver", "bind_transceiver", "submit_sm"].map((command) => [
    command,
    Object.entries(commands[command]?.params ?? {}),
  ]),
);

/** node-smpp reads the fields; it takes TLVs of the usual lengths only, so they are read here. */
export const decodePdu = (frame: Buffer): Pdu => {
  const id = frame.readUInt32BE(4);
  const command = commandsById[id]?.command ?? "unknown";
  const params = FIELDS.get(command) ?? [];
  const fields: Record<string, unknown> = {};
  const tlvs = new Map<number, Buffer>();
  let at = HEADER_OCTETS;
  for (const [name, { type }] of params) {
    if (at >= frame.length) break;
    const value = type.read(frame, at);
    fields[name] = value;
    // A text that claims to go beyond the end is cut by node-smpp; its first octet tells.
    at += Buffer.isBuffer(value) ? 1 + frame[at]! : type.size(value);
  }
  while (at + TLV_HEADER_OCTETS <= frame.length) {
    const end = at + TLV_HEADER_OCTETS + frame.readUInt16BE(at + 2);
    tlvs.set(frame.readUInt16BE(at), frame.subarray(at + TLV_HEADER_OCTETS, end));
    at = end;
  }
  return {
    ...fields,
    command,
    isResponse: id >= RESPONSE_BIT,
    command_status: frame.readUInt32BE(8),
    sequence_number: frame.readUInt32BE(12),
    tlvs,
    isWhole: at === frame.length && Object.keys(fields).length === params.length,
  };
};

/** What a request is answered with: generic_nack where it has no response of its own. */
export const responseTo = ({ command }: Pdu): string =>
  `${command}_resp` in commands ? `${command}_resp` : "generic_nack";

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
    const head = Buffer.alloc(TLV_HEADER_OCTETS);
    head.writeUInt16BE(tag, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, Buffer.from(value, "ascii")]);
  });
  const whole = Buffer.concat([frame, ...tail]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
};
