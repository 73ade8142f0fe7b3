import { isDigits } from "#apps/simulator/phone-number.ts";
import { type TextPart, textParts } from "#apps/simulator/text/text-parts.ts";
import { type Concatenation, splitUserData } from "#apps/simulator/text/user-data-header.ts";
import { isWebhookUrl } from "#apps/simulator/webhooks/account-urls.ts";
import type { Params } from "#apps/simulator/webhooks/signature.ts";

/** SMS API specification 1.5.1 and "SMPP and SMS length": the longest text, the longest names. */
const TEXT_MAX = 3_200;
const CALLBACK_MAX = 100;
const CLIENT_REF_MAX = 100;
const TTL_MS = { min: 20_000, max: 604_800_000 };
const SENDER = /^(?:\d{1,15}|[\p{L}\p{N} ]{1,11})$/u;

export interface SmsRequest {
  readonly from: string;
  readonly to: string;
  readonly pieces: readonly { readonly text: string; readonly concatenation: Concatenation | undefined }[];
  readonly wantsReceipt: boolean;
  readonly callback: string | undefined;
  readonly clientRef: string | undefined;
  readonly accountRef: string | undefined;
}

export type ParsedSms =
  | { readonly ok: true; readonly sms: SmsRequest }
  | { readonly ok: false; readonly status: string; readonly text: string };

/** Checks the parameters in the order in which Vonage complains about them. */
export const parseSmsRequest = (params: Params): ParsedSms => {
  const { from, to, text, type = "text", ttl, callback } = params;
  if (!from) return refused("2", "Missing from param");
  if (!to) return refused("2", "Missing to param");
  if (type === "binary" ? !params.body : !text) return refused("2", "Missing text param");
  if (!isDigits(to)) return refused("3", "to address is not numeric");
  if (!SENDER.test(from)) return refused("3", "Invalid from param");
  if (!["text", "unicode", "binary"].includes(type)) return refused("3", "Invalid type param");
  const receipt = params["status-report-req"];
  if (receipt !== undefined && !/^(?:true|false|0|1)$/.test(receipt)) {
    return refused("3", "Invalid status-report-req param");
  }
  if (ttl !== undefined && !(/^\d+$/.test(ttl) && +ttl >= TTL_MS.min && +ttl <= TTL_MS.max)) {
    return refused("3", "Invalid ttl param");
  }
  const messageClass = params["message-class"];
  if (messageClass !== undefined && !/^[0-3]$/.test(messageClass)) {
    return refused("3", "Invalid message-class param");
  }
  if ((params["client-ref"] ?? "").length > CLIENT_REF_MAX) return refused("3", "Invalid client-ref param");
  if (callback !== undefined && (callback.length > CALLBACK_MAX || !isWebhookUrl(callback))) {
    return refused("23", "Invalid callback URL");
  }
  if ((text ?? "").length > TEXT_MAX) return refused("12", "Message too long");
  const pieces = type === "binary" ? binaryPieces(params) : textPieces(text!, type);
  if (!pieces) return refused("3", "Invalid body or udh param");
  return {
    ok: true,
    sms: {
      from,
      to,
      pieces,
      wantsReceipt: receipt !== "false" && receipt !== "0",
      callback,
      clientRef: params["client-ref"],
      accountRef: params["account-ref"],
    },
  };
};

const refused = (status: string, text: string): ParsedSms => ({ ok: false, status, text });

/** `type` is not guessed: what the default alphabet has not arrives as question marks unless it is `unicode`. */
const textPieces = (text: string, type: string): SmsRequest["pieces"] => {
  const parts: readonly TextPart[] = textParts(text, type === "unicode" ? "ucs2" : "gsm");
  return parts.map((part) => ({ text: part.text, concatenation: undefined }));
};

const binaryPieces = ({ body = "", udh = "" }: Params): SmsRequest["pieces"] | undefined => {
  if (!/^(?:[\da-f]{2})*$/i.test(body + udh)) return undefined;
  const octets = Buffer.from(udh + body, "hex");
  if (octets.length > 140) return undefined;
  const split = udh === "" ? { body: octets, concatenation: undefined } : splitUserData(octets);
  return split && [{ text: split.body.toString("hex"), concatenation: split.concatenation }];
};
