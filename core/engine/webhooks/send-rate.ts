/** Attempts at a time, to one endpoint. */
export const CONCURRENCY_MAX = 32;
/** An endpoint that has too much to do is left alone for so long, unless it says how long. */
const SLOW_DOWN_MS = 1_000;
const SLOW_DOWN_MAX_MS = 60_000;
/** After so many successes in a row one more attempt is made at a time. */
const SPEED_UP_AFTER = 8;

/** How many attempts one endpoint gets at a time: half of them once it has too much to do, and slowly more again. */
export interface SendRate {
  readonly inFlight: number;
  /** No attempt begins before. */
  readonly pausedUntil: number;
  /** Attempts that may begin now. */
  free(now: number): number;
  begin(): void;
  end(): void;
  succeeded(): void;
  failed(): void;
  /** The endpoint has too much to do; `retryAfterMs`: what it asks for. */
  slowDown(now: number, retryAfterMs: number | null): void;
  pause(until: number): void;
}

export const createSendRate = (): SendRate => {
  let inFlight = 0;
  let limit = CONCURRENCY_MAX;
  let streak = 0;
  let pausedUntil = 0;
  return {
    get inFlight() {
      return inFlight;
    },
    get pausedUntil() {
      return pausedUntil;
    },
    free: (now) => (now < pausedUntil ? 0 : Math.max(0, limit - inFlight)),
    begin: () => {
      inFlight += 1;
    },
    end: () => {
      inFlight -= 1;
    },
    succeeded: () => {
      streak += 1;
      if (streak % SPEED_UP_AFTER === 0) limit = Math.min(limit + 1, CONCURRENCY_MAX);
    },
    failed: () => {
      streak = 0;
    },
    slowDown: (now, retryAfterMs) => {
      limit = Math.max(1, Math.floor(limit / 2));
      pausedUntil = Math.max(pausedUntil, now + Math.min(retryAfterMs ?? SLOW_DOWN_MS, SLOW_DOWN_MAX_MS));
    },
    pause: (until) => {
      pausedUntil = until;
    },
  };
};
