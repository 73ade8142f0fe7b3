const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long after the attempt before each attempt is made, as Standard Webhooks 1.0.0 proposes. The first one is made at once. */
export const ATTEMPT_SCHEDULE_MS: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

export const ATTEMPTS_MAX = ATTEMPT_SCHEDULE_MS.length;

/** The longest that a receiver may put an attempt off by `Retry-After`. */
export const RETRY_AFTER_MAX_MS = 24 * HOUR;
/** What failed together shall not come back together: a wait is up to this much longer. */
const JITTER = 0.1;

/** The wait after the n-th attempt (from 1), in milliseconds; after the last one, that of the last one. `random` is uniform in [0, 1). */
export const waitAfter = (attempts: number, random: number): number => {
  const wait = ATTEMPT_SCHEDULE_MS[attempts] ?? ATTEMPT_SCHEDULE_MS.at(-1)!;
  return Math.round(wait * (1 + JITTER * random));
};

export interface FailedDelivery {
  /** Attempts made so far, the failed one included: from 1. */
  readonly attempts: number;
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** What the receiver asked for; null: nothing. */
  readonly retryAfterMs: number | null;
}

export type NextDelivery = { readonly kind: "retry"; readonly at: number } | { readonly kind: "give-up" };

/** Whether and when to try once more: never before the schedule says, nor before the receiver wants it. */
export const nextDelivery = ({ attempts, now, random, retryAfterMs }: FailedDelivery): NextDelivery => {
  // breakage: retry-webhooks-for-ever
  if (attempts >= ATTEMPTS_MAX) return { kind: "give-up" };
  const asked = Math.min(Math.max(0, retryAfterMs ?? 0), RETRY_AFTER_MAX_MS);
  return { kind: "retry", at: now + Math.max(waitAfter(attempts, random), asked) };
};

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds from now: seconds, or a date; null: neither. */
export const readRetryAfter = (header: string | null, now: number): number | null => {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND;
  // Everything that is no date of HTTP would be read in some way, too.
  const at = /^[a-z]{3,9}, /i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};
