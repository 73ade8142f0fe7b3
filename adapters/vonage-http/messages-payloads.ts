import type { FieldProblem, Parameters } from "./fields.ts";
import { address, carrierId, messageText, scalar } from "./fields.ts";
import { receiptFailure, receiptState } from "./outcomes.ts";
import type { Payload } from "./payloads.ts";

/**
 * Webhooks of the Messages API, version 1 (specification 1.20.0). An account's webhooks come in this form when its
 * setting "API used for SMS" says so, whichever API sends. Long texts arrive joined already.
 */
export const isMessagesPayload = (parameters: Parameters): boolean => "message_uuid" in parameters;

export const parseMessagesPayload = (parameters: Parameters, now: number): Payload => {
  const channel = scalar(parameters, "channel");
  if (channel !== null && channel !== "sms") return { kind: "ignored", detail: "A channel other than SMS" };
  return "status" in parameters ? parseStatus(parameters, now) : parseInbound(parameters, now);
};

const parseStatus = (parameters: Parameters, now: number): Payload => {
  const id = carrierId(parameters, "message_uuid");
  const status = scalar(parameters, "status");
  if (!id.ok) return refuse(id.error);
  if (!status) return refuse({ path: "status", message: "is missing" });
  const state = receiptState(status);
  const failure = state === "failed" ? receiptFailure(status, errorCode(parameters)) : null;
  return { kind: "receipt", receipt: { carrierIds: [id.value], state, failure, at: now } };
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
  const text = messageText(parameters, "text");
  if (!id.ok || !from.ok || !to.ok || !text.ok)
    return refuse(...[id, from, to, text].flatMap((field) => (field.ok ? [] : [field.error])));
  const type = scalar(parameters, "message_type");
  if (type !== null && type !== "text") return { kind: "ignored", detail: "A message that is no text" };
  return {
    kind: "inbound",
    message: {
      key: `http:${id.value}`,
      from: from.value,
      to: to.value,
      text: text.value,
      part: null,
      link: "http",
      receivedAt: now,
    },
  };
};

const refuse = (...errors: readonly FieldProblem[]): Payload => ({ kind: "invalid", errors });
