import { LENGTH_MAX, type ShortMessage } from "./pdu.ts";
import { areTlvs } from "./tlv.ts";

/** Letters of an alphanumeric sender (GSM 03.40 §9.1.2.5: 11 septets). */
const ALPHANUMERIC_MAX = 11;

const isAddress = (text: string, alphanumericAllowed: boolean): boolean => {
  if (text.length === 0 || text.length > LENGTH_MAX.address) return false;
  let allDigits = true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
    if (code < 0x30 || code > 0x39) allDigits = false;
  }
  return allDigits || (alphanumericAllowed && text.length <= ALPHANUMERIC_MAX);
};

const isPrintable = (text: string, lengthMax: number): boolean => {
  if (text.length > lengthMax) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
};

const isOctet = (value: number) => (value & 0xff) === value;

/**
 * Why a message must not be written, or `null`. A NUL or control character in a string would shift every field behind it
 * (one text could then name another's destination), so nothing of the kind reaches the encoder. Names the field, never its value.
 */
export const messageProblem = (message: ShortMessage): string | null => {
  if (!isAddress(message.destination, false)) return "destination is not 1 to 20 digits";
  if (!isAddress(message.source, true)) return "source is neither 1 to 20 digits nor up to 11 letters";
  if (message.shortMessage.length > LENGTH_MAX.shortMessage) return "shortMessage is over 254 octets";
  if (!isPrintable(message.serviceType, LENGTH_MAX.serviceType)) return "serviceType is not up to 5 letters";
  if (!isPrintable(message.scheduleTime, LENGTH_MAX.time)) return "scheduleTime is not up to 16 characters";
  if (!isPrintable(message.validityPeriod, LENGTH_MAX.time))
    return "validityPeriod is not up to 16 characters";
  const octets =
    isOctet(message.sourceTon) &&
    isOctet(message.sourceNpi) &&
    isOctet(message.destinationTon) &&
    isOctet(message.destinationNpi) &&
    isOctet(message.esmClass) &&
    isOctet(message.protocolId) &&
    isOctet(message.priority) &&
    isOctet(message.registeredDelivery) &&
    isOctet(message.replaceIfPresent) &&
    isOctet(message.dataCoding) &&
    isOctet(message.defaultMessageId);
  if (!octets) return "a one-octet field is not 0 to 255";
  return areTlvs(message.tlvs, 0, message.tlvs.length) ? null : "tlvs are not whole TLVs";
};
