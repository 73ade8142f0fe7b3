import { BODY_MAX } from "./limits.ts";

/** A kind of problem, with words for whoever meets it. */
export interface ProblemKind {
  /** The HTTP status. */
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later, without being changed. */
  readonly retryable: boolean;
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
}

const kind = (
  status: number,
  title: string,
  again: "again" | "not-again",
  cause: string,
  remedy: string,
): ProblemKind => ({ status, title, retryable: again === "again", cause, remedy });

/** Every problem that the API knows; its type is `urn:sms-proxy:NAME`. */
export const PROBLEMS = {
  "malformed-request": kind(
    400,
    "Malformed request",
    "not-again",
    "The request has two `Host` headers, or more than one transfer encoding.",
    "Send it by an ordinary HTTP client; look at the proxies on the way.",
  ),
  "malformed-json": kind(
    400,
    "Malformed JSON",
    "not-again",
    "The body is no JSON in UTF-8, was cut, or has too many levels or members.",
    "Send one JSON object, encoded in UTF-8.",
  ),
  unauthorized: kind(
    401,
    "Unauthorized",
    "not-again",
    "There is no `Authorization` header, or its key is not known.",
    "Send `Authorization: Bearer` with one of the keys in `API_KEYS`.",
  ),
  forbidden: kind(
    403,
    "Forbidden",
    "not-again",
    "The key may only read and the call changes something, or the key is for one service and the call is about more.",
    "Use a key of scope `admin`, and without a service.",
  ),
  "not-found": kind(
    404,
    "Not found",
    "not-again",
    "There is nothing of this id or at this address.",
    "Check the id and the path; ids of another kind are not found either.",
  ),
  "method-not-allowed": kind(
    405,
    "Method not allowed",
    "not-again",
    "The address exists, and takes other methods.",
    "Use one of those in the `Allow` header.",
  ),
  "reference-in-use": kind(
    409,
    "Reference in use",
    "not-again",
    "An open conversation has this reference.",
    "Find it by its reference, or close it first.",
  ),
  "conversation-closed": kind(
    409,
    "Conversation closed",
    "not-again",
    "The conversation has ended, and nothing of it can be changed.",
    "Open a new one.",
  ),
  "broadcast-over": kind(
    409,
    "Broadcast over",
    "not-again",
    "The broadcast has ended, or its lines are still coming in.",
    "Look at its state.",
  ),
  "not-retryable": kind(
    409,
    "Not retryable",
    "not-again",
    "The message has not failed for good, its text was erased, or one of the two it was between has left.",
    "Look at its state; what may still arrive is not sent again.",
  ),
  "pool-exhausted": kind(
    409,
    "Pool exhausted",
    "again",
    "No virtual number is free for one of the participants, or the carrier has none to rent.",
    "Rent more numbers, relax `geoMatch`, or wait for the end of a quarantine.",
  ),
  "opted-out": kind(
    409,
    "Opted out",
    "not-again",
    "One of the participants wants no texts, or has blocked the other.",
    "Respect it; only the participant takes it back.",
  ),
  "number-in-use": kind(
    409,
    "Number in use",
    "again",
    "Live or quarantined routes are left on the number, or were until lately, or it already means somebody to a participant.",
    "Wait until its conversations and their quarantine are over, and `REASSIGN_AFTER` (45 days) more; to open, give another number, or none.",
  ),
  "service-in-use": kind(
    409,
    "Service in use",
    "not-again",
    "The service has numbers or is the default one, or its slug is taken.",
    "Release its numbers first, or choose another slug.",
  ),
  "request-running": kind(
    409,
    "Request running",
    "again",
    "The first request with this `Idempotency-Key` is still being carried out.",
    "Repeat it after `Retry-After` seconds.",
  ),
  "version-mismatch": kind(
    412,
    "Version mismatch",
    "not-again",
    "The conversation has another version than `If-Match` names.",
    "Read it again, and decide anew.",
  ),
  "cursor-expired": kind(
    410,
    "Cursor expired",
    "not-again",
    "What came after the cursor has been dropped: it is older than `EVENT_RETENTION`.",
    "Go on from the cursor in `oldest`, and compare what you have with what is, as events are missing in between.",
  ),
  "too-large": kind(
    413,
    "Too large",
    "not-again",
    `The body exceeds ${BODY_MAX} octets.`,
    "Send less at a time.",
  ),
  "invalid-request": kind(
    422,
    "Invalid request",
    "not-again",
    "A field is missing, unknown, or not what it must be.",
    "`errors` names each field by its path, and says what is wrong with it.",
  ),
  "blocked-url": kind(
    422,
    "Blocked address",
    "not-again",
    "The address of a webhook endpoint is in a private network.",
    "Use a public address, or name the network in the setting `WEBHOOK_NETWORKS`.",
  ),
  "idempotency-mismatch": kind(
    422,
    "Idempotency key used for another request",
    "not-again",
    "A request with this `Idempotency-Key` came before, with another body.",
    "Use a new key for every new request.",
  ),
  "too-many-requests": kind(
    429,
    "Too many requests",
    "again",
    "The key asks more a second, or more at a time, than it may.",
    "Repeat the request after `Retry-After` seconds.",
  ),
  "internal-error": kind(
    500,
    "Internal error",
    "again",
    "Something is wrong on our side.",
    "Repeat it with the same `Idempotency-Key`; `instance` names it in the log.",
  ),
  "not-configured": kind(
    501,
    "Not configured",
    "not-again",
    "The server lacks a setting without which it cannot do that; `detail` names it.",
    "Ask the operator to set it.",
  ),
  unavailable: kind(
    503,
    "Unavailable",
    "again",
    "The database or the carrier does not answer, or the process starts or ends.",
    "Repeat the request after `Retry-After` seconds.",
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemName = keyof typeof PROBLEMS;

export const PROBLEM_NAMES = Object.keys(PROBLEMS) as readonly ProblemName[];

/** RFC 9457 §3.1.1. */
export const problemType = (name: ProblemName): string => `urn:sms-proxy:${name}`;
