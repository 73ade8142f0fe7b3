import type { MessageIdForm } from "#adapters/smpp/profile.ts";
import { NO_TLVS, type ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import { DATA_CODING, encodeUcs2 } from "#adapters/smpp/text/data-coding.ts";
import { encodeGsm } from "#adapters/smpp/text/gsm-text.ts";
import { concatenationHeader, UDH_INDICATOR } from "#adapters/smpp/text/user-data.ts";
import type { ReceiptState } from "#core/domain/receipt.ts";
import type { Sending } from "#test/simulation/people/typed-text.ts";
import type { Submission } from "./carrier.ts";

const BLANK: ShortMessage = {
  serviceType: "",
  sourceTon: 1,
  sourceNpi: 1,
  source: "",
  destinationTon: 1,
  destinationNpi: 1,
  destination: "",
  esmClass: 0,
  protocolId: 0,
  priority: 0,
  scheduleTime: "",
  validityPeriod: "",
  registeredDelivery: 0,
  replaceIfPresent: 0,
  dataCoding: DATA_CODING.default,
  defaultMessageId: 0,
  shortMessage: Buffer.alloc(0),
  tlvs: NO_TLVS,
};

/** One SMS of a text, as the SMSC brings it. */
export const textPdu = ({ text, part }: Sending): ShortMessage => {
  // All parts of a text have one alphabet, as on a real handset.
  const isGsm = encodeGsm(text.words) !== null;
  const words = text.parts[part]!;
  const body = isGsm ? encodeGsm(words)! : encodeUcs2(words);
  const isPart = text.parts.length > 1;
  const header = concatenationHeader(text.reference, text.parts.length, part + 1);
  return {
    ...BLANK,
    source: text.writtenFrom,
    destination: text.to,
    esmClass: isPart ? UDH_INDICATOR : 0,
    dataCoding: isGsm ? DATA_CODING.default : DATA_CODING.ucs2,
    shortMessage: isPart ? Buffer.concat([header, body]) : body,
  };
};

const WORDS: Readonly<Record<ReceiptState, string>> = {
  pending: "ENROUTE",
  delivered: "DELIVRD",
  failed: "UNDELIV",
  expired: "EXPIRED",
};

const DELIVERY_RECEIPT = 0x04;

/** The carrier's error codes: no error, and a handset that wants no texts. */
const NO_ERROR = "000";
const OPTED_OUT = "009";

/** A receipt, as the SMSC brings it; some write the id in decimal that they gave in hexadecimal. */
export const receiptPdu = (
  { source, destination, carrierId, isOptedOut }: Submission,
  state: ReceiptState,
  form: MessageIdForm,
): ShortMessage => {
  const id = form === "hex-dec" ? Number.parseInt(carrierId, 16).toString() : carrierId;
  const isFailure = state === "failed" || state === "expired";
  const error = isOptedOut && isFailure ? OPTED_OUT : NO_ERROR;
  const words = `id:${id} sub:001 dlvrd:001 submit date:2701150000 done date:2701150000 stat:${WORDS[state]} err:${error} text:`;
  return {
    ...BLANK,
    source: destination,
    destination: source,
    esmClass: DELIVERY_RECEIPT,
    shortMessage: Buffer.from(words, "latin1"),
  };
};
