import { EVENT_TYPES, type EventType, type LoggedEvent, typesOf } from "#core/domain/event.ts";
import { type Breaker, CLOSED } from "./breaker.ts";

/** A secret with which deliveries are signed. `until`: when it ends, in milliseconds since the epoch; null: it is the current one. */
export interface SigningSecret {
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly until: number | null;
}

export type EndpointState = "active" | "paused" | "disabled";

/** `gone`: it answered 410. `failing`: nothing but failures for days. */
export type DisabledReason = "gone" | "failing";

/** An address of an application, to which events are delivered. */
export interface WebhookEndpoint {
  /** A UUID. */
  readonly id: string;
  /** Whose events it gets. */
  readonly service: string;
  readonly url: string;
  /** Types, or patterns such as `message.*`. */
  readonly events: readonly string[];
  /** What it is told beside the ids. */
  readonly include: readonly "text"[];
  /** The newest first. Null: they cannot be opened, so that nothing is delivered. */
  readonly secrets: readonly SigningSecret[] | null;
  readonly state: EndpointState;
  readonly disabledReason: DisabledReason | null;
  readonly createdAt: number;
  /** Counts what people change, from 1. */
  readonly version: number;
  /** Events up to this one have been delivered, or are tried again one by one. */
  readonly cursor: string;
  /** Events that happened before are passed over; null: none. */
  readonly skipBefore: number | null;
  readonly breaker: Breaker;
  readonly lastDeliveredAt: number | null;
}

/** Old secrets sign for so long unless a rotation says otherwise. */
export const OVERLAP_MS = 24 * 3_600_000;
export const OVERLAP_MAX_MS = 7 * 24 * 3_600_000;
/** A receiver checks signatures one after the other; so many secrets sign at a time. */
export const SECRETS_MAX = 5;

/** The secrets that sign at an instant, the newest first. */
export const secretsAt = (secrets: readonly SigningSecret[], now: number): readonly string[] =>
  secrets.filter(({ until }) => until === null || until > now).map(({ secret }) => secret);

/** Puts a new secret in the place of the current one, which goes on signing for `overlapMs` (0: not at all). */
export const rotateSecrets = (
  secrets: readonly SigningSecret[],
  secret: string,
  now: number,
  overlapMs: number,
): readonly SigningSecret[] => {
  const old = secrets
    .map((each) => ({ ...each, until: Math.min(each.until ?? Number.POSITIVE_INFINITY, now + overlapMs) }))
    .filter(({ until }) => until > now);
  return [{ secret, until: null }, ...old].slice(0, SECRETS_MAX);
};

/** The types that an endpoint wants; null: all. */
export const typesWanted = (patterns: readonly string[]): readonly EventType[] | null => {
  const types = new Set(patterns.flatMap(typesOf));
  return types.size === EVENT_TYPES.length ? null : [...types];
};

/** Events with the same key are delivered one after the other: those of one conversation, or of one subject. */
export const orderKey = ({ type, subject, data, id }: LoggedEvent): string => {
  if ("conversationId" in data && data.conversationId !== null) return data.conversationId;
  const [kind] = type.split(".");
  return kind === "conversation" ? (subject ?? id) : `${kind} ${subject ?? id}`;
};

/** What somebody who asks again begins with: no failures are held against it. */
export const REVIVED = { state: "active", disabledReason: null, breaker: CLOSED } as const;
