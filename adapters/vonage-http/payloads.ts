import type { InboundMessage, Part } from "#core/domain/message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import { fail, ok, type Result } from "#core/result.ts";
import { binaryText } from "./binary-text.ts";
import type { FieldProblem, Parameters } from "./fields.ts";
import { address, carrierId, cleanText, messageText, scalar } from "./fields.ts";
import { isMessagesPayload, parseMessagesPayload } from "./messages-payloads.ts";
import { receiptFailure, receiptState } from "./outcomes.ts";

/** An inbound message before it has an id of ours. */
export type ReceivedMessage = Omit<InboundMessage, "id">;

/** What a webhook means. */
export type Payload =
  | { readonly kind: "inbound"; readonly message: ReceivedMessage }
  | { readonly kind: "receipt"; readonly receipt: Receipt }
  /** Nothing at all: Vonage looks whether somebody is there. */
  | { readonly kind: "ping" }
  /** Genuine, but nothing that a person could read: acknowledged, so that it is not repeated for days. */
  | { readonly kind: "ignored"; readonly detail: string }
  | { readonly kind: "invalid"; readonly errors: readonly FieldProblem[] };

/**
 * Reads a webhook of the SMS API or of the Messages API, whichever the account is set to, inbound message or receipt,
 * on whichever path it came. `now` is when it was received.
 */
export const parsePayload = (parameters: Parameters, now: number): Payload => {
  if (isMessagesPayload(parameters)) return parseMessagesPayload(parameters, now);
  if (isReceipt(parameters)) return parseReceipt(parameters, now);
  return Object.keys(parameters).length === 0 ? { kind: "ping" } : parseInbound(parameters, now);
};

export const invalid = (...errors: readonly FieldProblem[]): Payload => ({ kind: "invalid", errors });

/** An inbound message has `text` or `data`, and a receipt says what became of a message. */
const isReceipt = (parameters: Parameters): boolean =>
  "status" in parameters && !("text" in parameters) && !("data" in parameters);

/**
 * Dated by us: the carrier's own time has whole seconds, so that a message would seem to arrive before it left. In a receipt `msisdn` is the recipient and `to` our
 * number: the opposite of an inbound message.
 */
const parseReceipt = (parameters: Parameters, now: number): Payload => {
  const id = carrierId(parameters, "messageId");
  const status = scalar(parameters, "status");
  if (!id.ok) return invalid(id.error);
  if (!status) return invalid({ path: "status", message: "is missing" });
  const state = receiptState(status);
  const failure =
    state === "failed" || state === "expired" ? receiptFailure(status, scalar(parameters, "err-code")) : null;
  return { kind: "receipt", receipt: { carrierIds: [id.value], state, failure, at: now } };
};

const parseInbound = (parameters: Parameters, now: number): Payload => {
  const id = carrierId(parameters, "messageId");
  const from = address(parameters, "msisdn");
  const to = address(parameters, "to");
  const written = messageText(parameters, "text");
  const part = parsePart(parameters);
  if (!id.ok || !from.ok || !to.ok || !written.ok || !part.ok)
    return invalid(...[id, from, to, written, part].flatMap((field) => (field.ok ? [] : [field.error])));
  const text = scalar(parameters, "type") === "binary" ? fromBinary(parameters) : written.value;
  if (text === null) return { kind: "ignored", detail: "A binary message that is no text" };
  return {
    kind: "inbound",
    message: {
      // Every part has an id of its own; the index guards against carriers that give them all the same.
      key: part.value ? `http:${id.value}:${part.value.index}` : `http:${id.value}`,
      from: from.value,
      to: to.value,
      text,
      part: part.value,
      link: "http",
      receivedAt: now,
    },
  };
};

const fromBinary = (parameters: Parameters): string | null => {
  const text = binaryText(scalar(parameters, "data") ?? "", scalar(parameters, "udh") ?? "");
  return text === null ? null : cleanText(text);
};

/** `concat-ref` is a small counter of the sender's handset, so it is told apart only together with both numbers. */
const parsePart = (parameters: Parameters): Result<Part | null, FieldProblem> => {
  if (scalar(parameters, "concat")?.toLowerCase() !== "true") return ok(null);
  const reference = scalar(parameters, "concat-ref") ?? "";
  if (!/^\d{1,5}$/.test(reference)) return fail({ path: "concat-ref", message: "must be 0 to 65535" });
  const total = count(parameters, "concat-total");
  if (total === null) return fail({ path: "concat-total", message: "must be 1 to 255" });
  const index = count(parameters, "concat-part");
  if (index === null || index > total)
    return fail({ path: "concat-part", message: "must be 1 to concat-total" });
  return ok(total === 1 ? null : { reference: `concat:${Number(reference)}`, total, index });
};

/** 1 to 255, the range of the octet it comes from. */
const count = (parameters: Parameters, name: string): number | null => {
  const text = scalar(parameters, name) ?? "";
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= 255 ? value : null;
};
