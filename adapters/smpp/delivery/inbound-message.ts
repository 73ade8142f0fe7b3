import type { DefaultAlphabet } from "#adapters/smpp/profile.ts";
import {
  dataCodingOf,
  destinationOf,
  type ReceivedMessage,
  sourceOf,
} from "#adapters/smpp/protocol/received-message.ts";
import { decodeText } from "#adapters/smpp/text/data-coding.ts";
import { type Concatenation, userDataOf } from "#adapters/smpp/text/user-data.ts";
import type { InboundMessage, Part } from "#core/domain/message.ts";

/** A text as the core accepts it. */
export const inboundMessageOf = (
  message: ReceivedMessage,
  key: string,
  id: string,
  receivedAt: number,
  alphabet: DefaultAlphabet,
): InboundMessage => {
  const { concatenation, body, tables } = userDataOf(message);
  return {
    id,
    key,
    from: withoutPlus(sourceOf(message)),
    to: withoutPlus(destinationOf(message)),
    text: decodeText(body, dataCodingOf(message), alphabet, tables),
    part: concatenation === null ? null : partOf(concatenation),
    link: "smpp",
    receivedAt,
  };
};

const withoutPlus = (address: string): string => (address.startsWith("+") ? address.slice(1) : address);

const partOf = ({ kind, reference, total, index }: Concatenation): Part => ({
  reference: `${kind}:${reference}`,
  total,
  index,
});
