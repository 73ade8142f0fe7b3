import type { SendOutcome } from "#core/ports/carrier-link.ts";
import { classifySubmitStatus } from "./outcomes.ts";

/** Longest pause that a throttled answer may ask for, in milliseconds. */
const WAIT_MAX_MS = 60_000;

const UNKNOWN: SendOutcome = { kind: "unknown", carrierIds: [] };

/**
 * What the body of a 200 answer from `/sms/json` means: an entry per part, and each entry's `status` decides. A body that
 * says nothing of the kind leaves open what became of it.
 *
 * The carrier cuts the text, so it cannot be resumed after some parts: unless all are accepted the message counts as a
 * whole, and the ids of accepted parts are let go. Then a final refusal outweighs a pause, and a pause a retry.
 */
export const readSendAnswer = (body: string): SendOutcome => {
  const entries = entriesOf(body);
  if (entries === null) return UNKNOWN;
  const outcomes = entries.map(({ status }) => classifySubmitStatus(status));
  const find = (kind: string) => outcomes.findIndex((each) => each.class === kind);
  const refused = outcomes[find("refused")];
  if (refused) return { kind: "refused", carrierIds: [], failure: refused.failure };
  const throttled = entries[find("throttled")];
  if (throttled) return { kind: "throttled", carrierIds: [], waitMs: waitHint(throttled.error) };
  const retry = outcomes[find("retry")];
  if (retry) return { kind: "retry", carrierIds: [], failure: retry.failure };
  return { kind: "accepted", carrierIds: entries.map(({ id }) => id) };
};

interface Entry {
  readonly status: string;
  readonly id: string | null;
  readonly error: string;
}

/** Null when there are none, or one of them has no status. */
const entriesOf = (body: string): readonly Entry[] | null => {
  const messages = field(parse(body), "messages");
  if (!Array.isArray(messages) || messages.length === 0) return null;
  const entries: Entry[] = [];
  for (const message of messages) {
    const status = text(field(message, "status"));
    if (!status) return null;
    const id = text(field(message, "message-id"));
    entries.push({ status, id: id === "" ? null : id, error: text(field(message, "error-text")) });
  }
  return entries;
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const text = (value: unknown): string =>
  typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";

/** "Throughput Rate Exceeded - please wait [ 702 ] and retry", in milliseconds. Other wordings name no pause. */
const waitHint = (error: string): number | null => {
  const match = /please wait \[\s*(\d{1,9})\s*\]/i.exec(error);
  return match ? Math.min(Number(match[1]), WAIT_MAX_MS) : null;
};
