import {
  dataCodingOf,
  esmClassOf,
  protocolIdOf,
  type ReceivedMessage,
} from "#adapters/smpp/protocol/received-message.ts";
import { isBinary } from "./data-coding.ts";
import { UDH_INDICATOR, userDataOf } from "./user-data.ts";

/** How texts begin that stand for a header with ports (Nokia Smart Messaging), and contacts and dates sent as octets. */
const BEGINNINGS = ["//SC", "BEGIN:V"];

/** Messages to the SIM or the handset itself, and those that it discards unseen (3GPP TS 23.040 §9.2.3.9: type 0, data download). */
const isProtocolOfProgram = (protocolId: number): boolean =>
  protocolId === 0x40 || (protocolId >= 0x7c && protocolId <= 0x7f);

/** Class 2, for the SIM, of the coding groups that have a class (3GPP TS 23.038 §4). */
const isForSim = (dataCoding: number): boolean =>
  (dataCoding >= 0xf0 || (dataCoding & 0xd0) === 0x10) && (dataCoding & 0x03) === 0x02;

/**
 * Whether a message is data for a program on the handset, such as WAP push, a contact or a setting: nothing that a person wrote or
 * could read. Some SMSCs call every text binary; octets that are all printable stay a text.
 */
export const isProgramData = (message: ReceivedMessage): boolean => {
  if (isProtocolOfProgram(protocolIdOf(message))) return true;
  const dataCoding = dataCodingOf(message);
  const hasHeader = (esmClassOf(message) & UDH_INDICATOR) !== 0;
  // Most texts: what they say is not looked at.
  if (!hasHeader && !isBinary(dataCoding)) return false;
  const { body, isForProgram } = userDataOf(message);
  if (isForProgram) return true;
  if (!isBinary(dataCoding)) return false;
  if (isForSim(dataCoding) || !isPrintable(body)) return true;
  const start = body.toString("latin1", 0, 8).toUpperCase();
  return BEGINNINGS.some((beginning) => start.startsWith(beginning));
};

const isPrintable = (octets: Buffer): boolean =>
  octets.every((octet) =>
    octet < 0x20 ? octet === 0x0a || octet === 0x0d || octet === 0x09 : octet < 0x7f || octet >= 0xa0,
  );
