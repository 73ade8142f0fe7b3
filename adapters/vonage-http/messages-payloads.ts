import type { FieldProblem, Parameters } from "./fields.ts";
import { address, carrierId, messageText, pairOf, scalar } from "./fields.ts";
import { receiptFailure, receiptState } from "./outcomes.ts";
import type { Payload } from "./payload.ts";

/**
 * Webhooks of the Messages API, version 1 (specification 1.20.0). An account's webhooks come in this form when its
 * setting "API used for SMS" says so, whichever API sends. Long texts arrive joined already.
 */
export const isMessagesPayload = (parameters: Parameters): boolean => "message_uuid" in parameters;

/** What a handset sends to a phone number. Other channels have other addresses. */
const PHONE_CHANNELS: ReadonlySet<string> = new Set(["sms", "mms"]);

export const parseMessagesPayload = (parameters: Parameters, now: number): Payload => {
  const channel = scalar(parameters, "channel");
  if (channel !== null && !PHONE_CHANNELS.has(channel.toLowerCase()))
    return { kind: "ignored", detail: "A channel other than SMS and MMS" };
  return "status" in parameters ? parseStatus(parameters, now) : parseInbound(parameters, now);
};

const parseStatus = (parameters: Parameters, now: number): Payload => {
  const id = carrierId(parameters, "message_uuid");
  const status = scalar(parameters, "status");
  if (!id.ok) return refuse(id.error);
  if (!status) return refuse({ path: "status", message: "is missing" });
  const state = receiptState(status);
  const failure = state === "failed" ? receiptFailure(status, errorCode(parameters)) : null;
  const receipt = { carrierIds: [id.value], state, failure, at: now };
  return { kind: "receipt", receipt, pair: pairOf(parameters, "from", "to") };
};

/** `error.title` holds the number of the error. */
const errorCode = (parameters: Parameters): string | null => {
  const error = parameters.error;
  return typeof error === "object" && error !== null ? scalar(error as Parameters, "title") : null;
};

const parseInbound = (parameters: Parameters, now: number): Payload => {
  const id = carrierId(parameters, "message_uuid");
  const from = address(parameters, "from");
  const to = address(parameters, "to");
  if (!id.ok || !from.ok || !to.ok)
    return refuse(...[id, from, to].flatMap((field) => (field.ok ? [] : [field.error])));
  return {
    kind: "inbound",
    message: {
      key: `http:${id.value}`,
      from: from.value,
      to: to.value,
      text: wordsOf(parameters),
      part: null,
      link: "http",
      receivedAt: now,
      ...(isText(parameters) ? {} : { hasMedia: true }),
    },
  };
};

const isText = (parameters: Parameters): boolean =>
  (scalar(parameters, "message_type") ?? "text").toLowerCase() === "text";

/** The text, or what was written beside a picture, in whatever the message carries. A contact or a file says nothing. */
const wordsOf = (parameters: Parameters): string => {
  const text = messageText(parameters, "text");
  if (text !== "" || isText(parameters)) return text;
  const media = parameters[scalar(parameters, "message_type") ?? ""];
  return typeof media === "object" && media !== null ? messageText(media as Parameters, "caption") : "";
};

const refuse = (...errors: readonly FieldProblem[]): Payload => ({ kind: "invalid", errors });
