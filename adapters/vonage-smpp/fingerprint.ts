import { hash } from "node:crypto";
import type { ShortMessage } from "#adapters/vonage-smpp/pdu.ts";
import { tlvsLength, writeTlvs } from "#adapters/vonage-smpp/tlv.ts";

/**
 * Names a deliver_sm by what it says: addresses, coding, class, raw text and TLVs. The same text sent twice has the same fingerprint,
 * so it only tells a repetition where one is expected: among deliveries whose acknowledgement may have been lost.
 */
export function fingerprint(message: ShortMessage): string {
  const { source, destination, shortMessage, tlvs } = message;
  const bytes = Buffer.alloc(source.length + destination.length + 5 + shortMessage.length + tlvsLength(tlvs));
  let at = bytes.write(source, 0, "latin1") + 1;
  at += bytes.write(destination, at, "latin1") + 1;
  bytes[at++] = message.dataCoding;
  bytes[at++] = message.esmClass;
  bytes[at++] = shortMessage.length;
  bytes.set(shortMessage, at);
  writeTlvs(bytes, at + shortMessage.length, tlvs);
  return hash("sha256", bytes, "base64url").slice(0, 22);
}
