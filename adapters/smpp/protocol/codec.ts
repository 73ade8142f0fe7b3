import { readDataMessage } from "./data-sm.ts";
import { HEADER_LENGTH } from "./framing.ts";
import { malformed } from "./malformed-pdu.ts";
import {
  messageLength,
  readMessage,
  TLV_DAMAGE,
  writeMessage,
  writeOctets,
  writeString,
} from "./message-codec.ts";
import { RESPONSES, readMessageResponse } from "./message-response.ts";
import { COMMAND, type Pdu, type ReceivedPdu, STATUS } from "./pdu.ts";
import { decodeRare, encodeRare } from "./rare-pdus.ts";

/**
 * Reads the PDU between `start` and `end`, which the framer found to be its length. Never throws: what is not exactly right comes
 * back as `malformed`, with the status to answer. The hot PDUs are read here; the rare ones by node-smpp.
 */
export const decode = (bytes: Buffer, start: number, end: number): ReceivedPdu => {
  const commandId = bytes.readUInt32BE(start + 4);
  const status = bytes.readUInt32BE(start + 8);
  const sequence = bytes.readUInt32BE(start + 12);
  switch (commandId) {
    case COMMAND.deliverSm: {
      const message = readMessage(bytes, start, end);
      if ("answer" in message) return malformed(commandId, status, sequence, message.answer, message.reason);
      return message.end === end
        ? { kind: "deliver_sm", sequence, message }
        : { kind: "deliver_sm", sequence, message, damage: TLV_DAMAGE };
    }
    case COMMAND.dataSm: {
      const message = readDataMessage(bytes, start, end);
      if ("answer" in message) return malformed(commandId, status, sequence, message.answer, message.reason);
      return { kind: "data_sm", sequence, message };
    }
    case COMMAND.submitSm: {
      const message = readMessage(bytes, start, end);
      if ("answer" in message) return malformed(commandId, status, sequence, message.answer, message.reason);
      if (message.end === end) return { kind: "submit_sm", sequence, message };
      return malformed(commandId, status, sequence, STATUS.invalidOptionalPart, TLV_DAMAGE);
    }
    case COMMAND.submitSmResp:
    case COMMAND.deliverSmResp:
    case COMMAND.dataSmResp:
      return readMessageResponse(bytes, start, end, commandId, status, sequence);
    case COMMAND.enquireLink:
      if (end - start !== HEADER_LENGTH) return hasBody(commandId, status, sequence);
      return { kind: "enquire_link", sequence };
    case COMMAND.enquireLinkResp:
      if (end - start !== HEADER_LENGTH) return hasBody(commandId, status, sequence);
      return { kind: "enquire_link_resp", sequence, status };
    default:
      return decodeRare(bytes.subarray(start, end), commandId, status, sequence);
  }
};

/** The octets that `writePdu` needs. */
export const pduLength = (pdu: Pdu): number => {
  switch (pdu.kind) {
    case "deliver_sm":
    case "submit_sm":
      return messageLength(pdu.message);
    case "submit_sm_resp":
    case "deliver_sm_resp":
    case "data_sm_resp":
      if (pdu.status !== STATUS.ok) return HEADER_LENGTH;
      return HEADER_LENGTH + pdu.messageId.length + 1 + pdu.tlvs.length;
    case "enquire_link":
    case "enquire_link_resp":
      return HEADER_LENGTH;
    default:
      return encodeRare(pdu).length;
  }
};

/**
 * Writes a PDU at `offset`, where `pduLength` octets must be free, and returns where it ends. The bytes are those of node-smpp.
 * A message must have passed `messageProblem`.
 */
export const writePdu = (target: Buffer, offset: number, pdu: Pdu): number => {
  switch (pdu.kind) {
    case "deliver_sm":
      return writeHeader(
        target,
        offset,
        writeMessage(target, offset, pdu.message),
        COMMAND.deliverSm,
        0,
        pdu.sequence,
      );
    case "submit_sm":
      return writeHeader(
        target,
        offset,
        writeMessage(target, offset, pdu.message),
        COMMAND.submitSm,
        0,
        pdu.sequence,
      );
    case "submit_sm_resp":
    case "deliver_sm_resp":
    case "data_sm_resp": {
      const command = RESPONSES[pdu.kind];
      let at = offset + HEADER_LENGTH;
      if (pdu.status === STATUS.ok) {
        at = writeOctets(target, writeString(target, at, pdu.messageId), pdu.tlvs);
      }
      return writeHeader(target, offset, at, command, pdu.status, pdu.sequence);
    }
    case "enquire_link":
      return writeHeader(target, offset, offset + HEADER_LENGTH, COMMAND.enquireLink, 0, pdu.sequence);
    case "enquire_link_resp":
      return writeHeader(
        target,
        offset,
        offset + HEADER_LENGTH,
        COMMAND.enquireLinkResp,
        pdu.status,
        pdu.sequence,
      );
    default: {
      const bytes = encodeRare(pdu);
      target.set(bytes, offset);
      return offset + bytes.length;
    }
  }
};

/** A PDU in a buffer of its own. */
export const encode = (pdu: Pdu): Buffer => {
  const target = Buffer.allocUnsafe(pduLength(pdu));
  writePdu(target, 0, pdu);
  return target;
};

const writeHeader = (
  target: Buffer,
  offset: number,
  end: number,
  command: number,
  status: number,
  sequence: number,
): number => {
  target.writeUInt32BE(end - offset, offset);
  target.writeUInt32BE(command, offset + 4);
  target.writeUInt32BE(status, offset + 8);
  target.writeUInt32BE(sequence, offset + 12);
  return end;
};

const hasBody = (commandId: number, status: number, sequence: number) =>
  malformed(commandId, status, sequence, STATUS.invalidCommandLength, "a command without a body has one");
