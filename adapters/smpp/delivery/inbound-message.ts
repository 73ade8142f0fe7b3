import type { DefaultAlphabet } from "#adapters/smpp/profile.ts";
import {
  dataCodingOf,
  destinationOf,
  type ReceivedMessage,
  sourceOf,
  sourceTonOf,
} from "#adapters/smpp/protocol/received-message.ts";
import { decodeText } from "#adapters/smpp/text/data-coding.ts";
import { type Concatenation, userDataOf } from "#adapters/smpp/text/user-data.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { callingCodeOf } from "#core/domain/numbering/calling-code.ts";
import { type TypeOfNumber, toInternational } from "#core/domain/numbering/national.ts";
import type { Part } from "#core/domain/part.ts";

/** A text as the core accepts it. */
export const inboundMessageOf = (
  message: ReceivedMessage,
  key: string,
  id: string,
  receivedAt: number,
  alphabet: DefaultAlphabet,
): InboundMessage => {
  const { concatenation, body, tables } = userDataOf(message);
  const to = virtualNumberOf(message);
  return {
    id,
    key,
    from: senderOf(message, to),
    to,
    text: decodeText(body, dataCodingOf(message), alphabet, tables),
    part: concatenation === null ? null : partOf(concatenation),
    link: "smpp",
    receivedAt,
  };
};

/** Of a handset that has texted the number `to`, as the core names it: digits of an E.164 number where it can be read as one, else what is there. */
export const senderOf = (message: ReceivedMessage, to: string): string => {
  const address = sourceOf(message);
  const callingCode = isMsisdn(to) ? callingCodeOf(to) : null;
  const type = TYPES.get(sourceTonOf(message)) ?? "unknown";
  const number = toInternational(address, type, callingCode); // breakage: national-sender
  return number ?? withoutPlus(address);
};

/** The number texted. */
export const virtualNumberOf = (message: ReceivedMessage): string => {
  const address = destinationOf(message);
  return toInternational(address, "unknown", null) ?? withoutPlus(address);
};

/** Types of number (SMPP 3.4 §5.2.5). */
const TYPES: ReadonlyMap<number, TypeOfNumber> = new Map([
  [1, "international"],
  [2, "national"],
]);

const withoutPlus = (address: string): string => (address.startsWith("+") ? address.slice(1) : address);

const partOf = ({ kind, reference, total, index }: Concatenation): Part => ({
  reference: `${kind}:${reference}`,
  total,
  index,
});
