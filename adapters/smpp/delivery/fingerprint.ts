import { hash } from "node:crypto";
import { dataCodingOf, esmClassOf, type ReceivedMessage } from "#adapters/smpp/protocol/received-message.ts";

/**
 * Names a deliver_sm by what it says: addresses, coding, class, raw text and TLVs. The same text sent twice has the same fingerprint,
 * so it only identifies a redelivery where one is expected: among deliveries whose acknowledgement may have been lost.
 */
export const fingerprintOf = (message: ReceivedMessage): string => {
  const { bytes, sourceAt, destinationAt, esmClassAt, textAt, end } = message;
  const endOfSource = destinationAt - 2;
  const lengthOfText = textAt - 1;
  const octets = Buffer.allocUnsafe(
    endOfSource - sourceAt + (esmClassAt - destinationAt) + 2 + (end - lengthOfText),
  );
  let at = copy(bytes, sourceAt, endOfSource, octets, 0);
  at = copy(bytes, destinationAt, esmClassAt, octets, at);
  octets[at] = dataCodingOf(message);
  octets[at + 1] = esmClassOf(message);
  copy(bytes, lengthOfText, end, octets, at + 2);
  return hash("sha256", octets, "base64url").slice(0, 22);
};

const copy = (from: Buffer, start: number, end: number, to: Buffer, offset: number): number => {
  let at = offset;
  for (let i = start; i < end; i += 1) to[at++] = from[i]!;
  return at;
};
