/** How long to wait after the first, second, … failed attempt; the last one repeats. */
export const RETRY_SCHEDULE_MS = [5_000, 30_000, 120_000, 600_000] as const;

/**
 * How long to wait after the first, second, … lost answer, which says nothing against the message: a link was cut, say, and another one
 * is up. Then as after failures, from the beginning: who never answers may have taken each of them.
 */
export const LOST_SCHEDULE_MS = [0, 500, 2_000] as const;

/** More than a day of retries at the slowest pace; a longer time to live does not buy more attempts. */
export const RETRY_ATTEMPTS_MAX = 200;

/**
 * Milliseconds to wait after the `attempts`-th attempt (from 1) has failed, or its answer was lost, now or before (`wasLost`). `random` is uniform in [0, 1)
 * and spreads the wait over half to one and a half times the schedule, so that what failed together does not come back
 * together.
 */
export const retryDelayMs = (attempts: number, random: number, wasLost = false): number => {
  const schedule = wasLost ? [...LOST_SCHEDULE_MS, ...RETRY_SCHEDULE_MS] : RETRY_SCHEDULE_MS;
  const scheduled = schedule[attempts - 1] ?? schedule.at(-1)!;
  return Math.round(scheduled * (0.5 + random));
};

export interface FailedAttempt {
  /** Attempts made so far, the failed one included: from 1. */
  readonly attempts: number;
  /** An answer to one of its attempts was lost: that one is none of the failures. */
  readonly wasLost?: boolean;
  /** A limit below {@link RETRY_ATTEMPTS_MAX}, for failures that rarely pass. */
  readonly attemptsMax?: number;
  readonly now: number;
  /** End of the message's time to live, in milliseconds since the epoch like `now`. */
  readonly expiresAt: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export type NextAttempt = { readonly kind: "retry"; readonly at: number } | { readonly kind: "give-up" };

/** Whether and when to try once more: never at or after the message's end, never beyond the limit of attempts. */
export const nextAttempt = (failed: FailedAttempt): NextAttempt => {
  const attemptsMax = Math.min(failed.attemptsMax ?? RETRY_ATTEMPTS_MAX, RETRY_ATTEMPTS_MAX);
  const at = failed.now + retryDelayMs(failed.attempts, failed.random, failed.wasLost);
  return failed.attempts < attemptsMax && at < failed.expiresAt ? { kind: "retry", at } : { kind: "give-up" };
};
