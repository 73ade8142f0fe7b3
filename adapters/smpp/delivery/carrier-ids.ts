import type { MessageIdForm } from "#adapters/smpp/profile.ts";
import type { ReceiptFields } from "#adapters/smpp/text/receipt-text.ts";

/**
 * The ids, as `storedId` writes them, that the answer to the submit_sm may have given, the likeliest first. A text's digits are never
 * taken both ways: decimal 10 is hexadecimal a, and the message with the hexadecimal id 10 is another one. The TLV repeats the id of
 * the answer, unless it says just what the text says.
 */
export const candidateIds = ({ tlvId, textId }: ReceiptFields, form: MessageIdForm): readonly string[] => {
  const fromText = textId === "" ? "" : storedId(converted(textId, form));
  if (tlvId === "" || tlvId === textId) return fromText === "" ? [] : [fromText];
  const fromTlv = storedId(tlvId);
  return fromText === "" || fromText === fromTlv ? [fromTlv] : [fromTlv, fromText];
};

const converted = (id: string, form: MessageIdForm): string => {
  // breakage: ids-as-they-stand
  if (form === "hex-dec" && /^\d{1,40}$/.test(id)) return BigInt(id).toString(16);
  if (form === "dec-hex" && /^[\da-f]{1,34}$/i.test(id)) return BigInt(`0x${id}`).toString(10);
  return id;
};

/** The one way in which we write an id: trimmed, lower case, no dashes of a UUID, no leading zeros. Most come like that. */
export const storedId = (id: string): string => {
  if (isStored(id)) return id;
  const plain = id.trim().toLowerCase();
  const compact = /^[\da-f-]+$/.test(plain) ? plain.replaceAll("-", "") : plain;
  return compact.replace(/^0+(?=.)/, "");
};

/** Hexadecimal digits in lower case, the first not 0. */
const isStored = (id: string): boolean => {
  for (let i = 0; i < id.length; i += 1) {
    const code = id.charCodeAt(i);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && (code < 0x61 || code > 0x66)) return false;
  }
  return !id.startsWith("0");
};
