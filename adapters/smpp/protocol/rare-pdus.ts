import smpp from "smpp";
import { HEADER_LENGTH } from "./framing.ts";
import { type BindType, COMMAND, type RarePdu, RESPONSE_BIT, type ReceivedPdu, STATUS } from "./pdu.ts";

/** SMPP 3.4 in the bind; node-smpp would say 5.0. */
const INTERFACE_VERSION = 0x34;

/** Longest values of a bind without the closing NUL (SMPP 3.4 §4.1.1). */
const BIND_LENGTH_MAX = { systemId: 15, password: 8, systemType: 12 } as const;

/** Carriers issue passwords that are longer than the 8 letters of the standard. */
const PASSWORD_LENGTH_MAX = 64;

const bindCommands = {
  transceiver: "bind_transceiver",
  transmitter: "bind_transmitter",
  receiver: "bind_receiver",
} as const satisfies Record<BindType, string>;

const bindTypes = new Map<number, BindType>([
  [COMMAND.bindTransceiver, "transceiver"],
  [COMMAND.bindTransmitter, "transmitter"],
  [COMMAND.bindReceiver, "receiver"],
]);

/** Reads a PDU that is none of the hot ones. node-smpp throws at a body that does not hold; here that is `malformed`. */
export const decodeRare = (
  bytes: Buffer,
  commandId: number,
  status: number,
  sequence: number,
): ReceivedPdu => {
  const bindType = bindTypes.get((commandId & ~RESPONSE_BIT) >>> 0);
  const isResponse = (commandId & RESPONSE_BIT) !== 0;
  if (bindType !== undefined) {
    const body = decodeBody(bytes);
    if (body === null) {
      const reason = "the body of a bind does not hold";
      return { kind: "malformed", commandId, status, sequence, answer: STATUS.invalidCommandLength, reason };
    }
    if (isResponse) return { kind: "bind_resp", sequence, status, type: bindType };
    return { kind: "bind", sequence, type: bindType, credentials: credentialsOf(body) };
  }
  // Commands without a body: what a peer hangs on to them is of no interest, and not worth losing an orderly end.
  switch (commandId) {
    case COMMAND.unbind:
      return { kind: "unbind", sequence };
    case COMMAND.unbindResp:
      return { kind: "unbind_resp", sequence, status };
    case COMMAND.genericNack:
      return { kind: "generic_nack", sequence, status };
    default:
      return { kind: "unknown", commandId, sequence };
  }
};

/** The bytes of a rare PDU, as node-smpp writes them. */
export const encodeRare = (pdu: RarePdu): Buffer => {
  const header = { sequence_number: pdu.sequence, command_status: "status" in pdu ? pdu.status : 0 };
  switch (pdu.kind) {
    case "bind":
      return new smpp.PDU(bindCommands[pdu.type], {
        ...header,
        system_id: pdu.credentials.systemId,
        password: pdu.credentials.password,
        system_type: pdu.credentials.systemType,
        interface_version: INTERFACE_VERSION,
      }).toBuffer();
    case "bind_resp":
      return new smpp.PDU(`${bindCommands[pdu.type]}_resp`, header).toBuffer();
    case "unbind":
    case "unbind_resp":
    case "generic_nack":
      return new smpp.PDU(pdu.kind, header).toBuffer();
  }
};

/** Why a bind with these credentials must not be written, or `null`. Says nothing of the values. */
export const credentialsProblem = (credentials: {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
}): string | null => {
  if (!isPlain(credentials.systemId, BIND_LENGTH_MAX.systemId))
    return "system_id is over 15 letters or has others than ASCII";
  if (!isPlain(credentials.password, PASSWORD_LENGTH_MAX))
    return "password is over 64 letters or has others than ASCII";
  if (!isPlain(credentials.systemType, BIND_LENGTH_MAX.systemType))
    return "system_type is over 12 letters or has others than ASCII";
  return null;
};

const isPlain = (text: string, lengthMax: number): boolean => {
  return text.length <= lengthMax && /^[\x20-\x7e]*$/.test(text);
};

const decodeBody = (bytes: Buffer): Record<string, unknown> | null => {
  try {
    const pdu = new smpp.PDU(bytes);
    // node-smpp takes a body that ends in the middle of a string; ours must end where the string does.
    if (bytes.length > HEADER_LENGTH && bytes.indexOf(0, HEADER_LENGTH) === -1) return null;
    return pdu;
  } catch {
    return null;
  }
};

const credentialsOf = (body: Record<string, unknown>) => {
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : "");
  return { systemId: text("system_id"), password: text("password"), systemType: text("system_type") };
};
