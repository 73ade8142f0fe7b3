import { waitAfter } from "./schedule.ts";

/** What is remembered of an endpoint's failures: it is stored, so that all processes go by the same. */
export interface Breaker {
  /** Failures since the last success, of attempts that counted. */
  readonly failures: number;
  /** When the first of them was; null: there are none. */
  readonly failingSince: number | null;
  /** Until then nothing is sent, and then one attempt is made; null: everything is sent. */
  readonly probeAt: number | null;
}

export const CLOSED: Breaker = { failures: 0, failingSince: null, probeAt: null };

/** After so many failures in a row nothing is sent but one probe for each step of the schedule. */
export const BREAKER_FAILURES = 5;
/** Nothing but failures for so long ends the deliveries. */
export const FAILING_MAX_MS = 5 * 24 * 3_600_000;

export const isOpen = ({ probeAt }: Breaker): boolean => probeAt !== null;

/** `random` is uniform in [0, 1). A failure of what was on its way when the breaker opened does not count. */
export const afterFailure = (breaker: Breaker, now: number, random: number, isProbe: boolean): Breaker => {
  if (isOpen(breaker) && !isProbe) return breaker;
  const failures = breaker.failures + 1;
  const step = failures - BREAKER_FAILURES + 1;
  return {
    failures,
    failingSince: breaker.failingSince ?? now,
    probeAt: step > 0 ? now + waitAfter(step, random) : null,
  };
};

/** Nothing has worked for days. */
export const isHopeless = ({ failingSince }: Breaker, now: number): boolean =>
  failingSince !== null && now - failingSince >= FAILING_MAX_MS;
