import type { Part } from "#core/domain/part.ts";
import { binaryText } from "./binary-text.ts";
import type { FieldProblem, Parameters } from "./fields.ts";
import { address, carrierId, cleanText, messageText, pairOf, scalar } from "./fields.ts";
import { isMessagesPayload, parseMessagesPayload } from "./messages-payloads.ts";
import { receiptFailure, receiptState } from "./outcomes.ts";
import type { Payload } from "./payload.ts";

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
  const receipt = { carrierIds: [id.value], state, failure, at: now };
  return { kind: "receipt", receipt, pair: pairOf(parameters, "to", "msisdn") };
};

const parseInbound = (parameters: Parameters, now: number): Payload => {
  const id = carrierId(parameters, "messageId");
  const from = address(parameters, "msisdn");
  const to = address(parameters, "to");
  if (!id.ok || !from.ok || !to.ok)
    return invalid(...[id, from, to].flatMap((field) => (field.ok ? [] : [field.error])));
  const text =
    scalar(parameters, "type") === "binary" ? fromBinary(parameters) : messageText(parameters, "text");
  if (text === null) return { kind: "ignored", detail: "A binary message that is no text" };
  const part = partOf(parameters);
  return {
    kind: "inbound",
    message: {
      // Every part has an id of its own; the index guards against carriers that give them all the same.
      key: part ? `http:${id.value}:${part.index}` : `http:${id.value}`,
      from: from.value,
      to: to.value,
      text,
      part,
      link: "http",
      receivedAt: now,
    },
  };
};

const fromBinary = (parameters: Parameters): string | null => {
  const text = binaryText(scalar(parameters, "data") ?? "", scalar(parameters, "udh") ?? "");
  return text === null ? null : cleanText(text);
};

/**
 * Null for a text of its own, and where the fields make no sense: they are ignored then, as a handset ignores such a header
 * (3GPP TS 23.040 §9.2.3.24.1). `concat-ref` is a small counter of the sender's handset, so it is told apart only together with
 * both numbers.
 */
const partOf = (parameters: Parameters): Part | null => {
  if (scalar(parameters, "concat")?.toLowerCase() !== "true") return null;
  const reference = scalar(parameters, "concat-ref") ?? "";
  const total = octet(parameters, "concat-total");
  const index = octet(parameters, "concat-part");
  if (!/^\d{1,5}$/.test(reference) || Number(reference) > REFERENCE_MAX) return null;
  if (total < 2 || index < 1 || index > total) return null;
  return { reference: `concat:${Number(reference)}`, total, index };
};

/** Of a 16-bit reference. */
const REFERENCE_MAX = 65_535;

/** 0 to 255; 0 also where it is none. */
const octet = (parameters: Parameters, name: string): number => {
  const text = scalar(parameters, name) ?? "";
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return value <= 255 ? value : 0;
};
