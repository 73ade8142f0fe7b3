import type { Receipt } from "#apps/simulator/receipts.ts";
import type { TextPart } from "#apps/simulator/text/text-parts.ts";
import type { Concatenation } from "#apps/simulator/text/user-data-header.ts";
import type { Params } from "./signature.ts";

/** A part of a text on its way from a handset to a rented number. */
export interface InboundPart {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly part: TextPart;
  readonly concatenation: Concatenation | undefined;
  readonly sentAt: Date;
}

/** The inbound webhook of the SMS API. Every value is a string; the concat fields are there for parts only. */
export const inboundParams = (inbound: InboundPart, stripConcat: boolean): Params => {
  const { concatenation, part } = inbound;
  return {
    msisdn: inbound.from,
    to: inbound.to,
    messageId: inbound.messageId,
    ...(concatenation &&
      !stripConcat && {
        concat: "true",
        "concat-ref": String(concatenation.reference),
        "concat-total": String(concatenation.total),
        "concat-part": String(concatenation.part),
      }),
    text: part.text,
    type: part.alphabet === "gsm" ? "text" : "unicode",
    keyword: (/^\s*(\S+)/.exec(part.text)?.[1] ?? "").toUpperCase(),
    "message-timestamp": webhookTime(inbound.sentAt),
  };
};

/** The delivery receipt of the SMS API: here `msisdn` is the recipient and `to` the sender. */
export const receiptParams = (receipt: Receipt): Params => ({
  msisdn: receipt.to,
  to: receipt.from,
  "network-code": receipt.network,
  messageId: receipt.messageId,
  price: receipt.price,
  status: receipt.state,
  scts: receiptTime(receipt.doneAt),
  "err-code": String(receipt.errorCode),
  ...(receipt.clientRef !== undefined && { "client-ref": receipt.clientRef }),
  "message-timestamp": webhookTime(receipt.doneAt),
});

/** `2016-05-24 11:12:01`, UTC. */
export const webhookTime = (time: Date): string => time.toISOString().slice(0, 19).replace("T", " ");

/** `YYMMDDHHMM`, UTC: also the form of dates in receipts over SMPP. */
export const receiptTime = (time: Date): string => time.toISOString().replace(/\D/g, "").slice(2, 12);
