import { HEADER_LENGTH } from "./framing.ts";
import { LENGTH_MAX, type ShortMessage, STATUS } from "./pdu.ts";
import type { ReceivedMessage } from "./received-message.ts";
import { areDamagedTlvs, endOfTlvs } from "./tlv.ts";

/** Why a body is not a message: the status to answer and words for the log, without anything that was in it. */
export interface BodyProblem {
  readonly answer: number;
  readonly reason: string;
}

/** The index of the NUL that ends the string at `from`, or -1 if there is none within `max` octets and before `end`. */
export const endOfString = (bytes: Buffer, from: number, max: number, end: number): number => {
  const last = from + max < end ? from + max : end - 1;
  for (let at = from; at <= last; at++) if (bytes[at] === 0) return at;
  return -1;
};

const tooShort: BodyProblem = {
  answer: STATUS.invalidCommandLength,
  reason: "the body ends before its fields",
};
const problems = {
  serviceType: { answer: STATUS.invalidServiceType, reason: "service_type does not end" },
  source: { answer: STATUS.invalidSource, reason: "source_addr does not end" },
  destination: { answer: STATUS.invalidDestination, reason: "destination_addr does not end" },
  schedule: { answer: STATUS.invalidSchedule, reason: "schedule_delivery_time does not end" },
  validity: { answer: STATUS.invalidExpiry, reason: "validity_period does not end" },
  smLength: { answer: STATUS.invalidMessageLength, reason: "sm_length is over 254" },
  smBeyond: { answer: STATUS.invalidMessageLength, reason: "sm_length goes beyond the PDU" },
  tlvs: { answer: STATUS.invalidOptionalPart, reason: "the optional parameters do not fill the PDU" },
} satisfies Record<string, BodyProblem>;

/** Why a message with a whole text is damaged all the same. */
export const TLV_DAMAGE = problems.tlvs.reason;

/**
 * Reads the body of a deliver_sm or submit_sm that ends at `end`. No field reads beyond it. TLVs that do not fill it are a problem; but
 * where they stand behind a short_message that is whole, only those after the last whole one are lost: `end` of the message says so.
 */
export const readMessage = (bytes: Buffer, start: number, end: number): ReceivedMessage | BodyProblem => {
  const serviceStart = start + HEADER_LENGTH;
  const serviceEnd = endOfString(bytes, serviceStart, LENGTH_MAX.serviceType, end);
  if (serviceEnd < 0) return problems.serviceType;
  const sourceStart = serviceEnd + 3;
  const sourceEnd = endOfString(bytes, sourceStart, LENGTH_MAX.address, end);
  if (sourceEnd < 0) return sourceStart >= end ? tooShort : problems.source;
  const destinationStart = sourceEnd + 3;
  const destinationEnd = endOfString(bytes, destinationStart, LENGTH_MAX.address, end);
  if (destinationEnd < 0) return destinationStart >= end ? tooShort : problems.destination;
  const scheduleStart = destinationEnd + 4;
  const scheduleEnd = endOfString(bytes, scheduleStart, LENGTH_MAX.time, end);
  if (scheduleEnd < 0) return scheduleStart >= end ? tooShort : problems.schedule;
  const validityStart = scheduleEnd + 1;
  const validityEnd = endOfString(bytes, validityStart, LENGTH_MAX.time, end);
  if (validityEnd < 0) return validityStart >= end ? tooShort : problems.validity;
  const textStart = validityEnd + 6;
  if (textStart > end) return tooShort;
  const smLength = bytes[textStart - 1]!;
  if (smLength > LENGTH_MAX.shortMessage) return problems.smLength;
  const textEnd = textStart + smLength;
  if (textEnd > end) return problems.smBeyond;
  const tlvsEnd = endOfTlvs(bytes, textEnd, end);
  if (tlvsEnd !== end && (smLength === 0 || !areDamagedTlvs(bytes, textEnd, end))) return problems.tlvs;
  return {
    bytes,
    start,
    sourceAt: sourceStart,
    destinationAt: destinationStart,
    esmClassAt: destinationEnd + 1,
    textAt: textStart,
    tlvsAt: textEnd,
    end: tlvsEnd,
  };
};

/** Single octets of a message body, sm_length among them, and the NULs of its five strings. */
const FIXED_OCTETS = 12 + 5;

/** The length of the PDU that `writeMessage` makes. */
export const messageLength = (message: ShortMessage): number => {
  return (
    HEADER_LENGTH +
    FIXED_OCTETS +
    message.serviceType.length +
    message.source.length +
    message.destination.length +
    message.scheduleTime.length +
    message.validityPeriod.length +
    message.shortMessage.length +
    message.tlvs.length
  );
};

/** Writes a C-octet string and its NUL; returns the offset behind it. */
export const writeString = (target: Buffer, offset: number, text: string): number => {
  let at = offset;
  for (let i = 0; i < text.length; i++) target[at++] = text.charCodeAt(i);
  target[at] = 0;
  return at + 1;
};

/** Writes the body behind the header at `offset`; returns where the PDU ends. Check the message with `messageProblem` first. */
export const writeMessage = (target: Buffer, offset: number, message: ShortMessage): number => {
  let at = writeString(target, offset + HEADER_LENGTH, message.serviceType);
  target[at] = message.sourceTon;
  target[at + 1] = message.sourceNpi;
  at = writeString(target, at + 2, message.source);
  target[at] = message.destinationTon;
  target[at + 1] = message.destinationNpi;
  at = writeString(target, at + 2, message.destination);
  target[at] = message.esmClass;
  target[at + 1] = message.protocolId;
  target[at + 2] = message.priority;
  at = writeString(target, at + 3, message.scheduleTime);
  at = writeString(target, at, message.validityPeriod);
  target[at] = message.registeredDelivery;
  target[at + 1] = message.replaceIfPresent;
  target[at + 2] = message.dataCoding;
  target[at + 3] = message.defaultMessageId;
  target[at + 4] = message.shortMessage.length;
  at = writeOctets(target, at + 5, message.shortMessage);
  return writeOctets(target, at, message.tlvs);
};

/** Copies octets; returns the offset behind them. */
export const writeOctets = (target: Buffer, offset: number, octets: Buffer): number => {
  if (octets.length > 0) target.set(octets, offset);
  return offset + octets.length;
};
