import { hash } from "node:crypto";
import { writeOctets, writeString } from "#adapters/vonage-smpp/message-codec.ts";
import type { ShortMessage } from "#adapters/vonage-smpp/pdu.ts";

/**
 * Names a deliver_sm by what it says: addresses, coding, class, raw text and TLVs. The same text sent twice has the same fingerprint,
 * so it only tells a repetition where one is expected: among deliveries whose acknowledgement may have been lost.
 */
export function fingerprint(message: ShortMessage): string {
  const { source, destination, shortMessage, tlvs } = message;
  const bytes = Buffer.allocUnsafe(
    source.length + destination.length + 5 + shortMessage.length + tlvs.length,
  );
  let at = writeString(bytes, 0, source);
  at = writeString(bytes, at, destination);
  bytes[at] = message.dataCoding;
  bytes[at + 1] = message.esmClass;
  bytes[at + 2] = shortMessage.length;
  at = writeOctets(bytes, at + 3, shortMessage);
  writeOctets(bytes, at, tlvs);
  return hash("sha256", bytes, "base64url").slice(0, 22);
}
