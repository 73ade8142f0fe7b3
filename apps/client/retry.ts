import type { Problem } from "./problem.ts";

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Whether another try may help: nothing was carried out, or the same `Idempotency-Key` makes it once. */
export const isPassing = ({ kind, status }: Problem): boolean =>
  status === 0 || status === 408 || status === 429 || status >= 500 || kind === "request-running";

/**
 * How long to wait before the next try, in milliseconds. `tries` have failed; `chance` is from 0 to 1, so that many
 * clients do not come back at once. Never sooner than the server asks.
 */
export const waitBefore = (tries: number, { retryAfterMs }: Problem, chance: number): number => {
  const backoff = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));
  return retryAfterMs === null ? backoff * (0.5 + chance / 2) : retryAfterMs + (FIRST_MS / 2) * chance;
};

/** Waits; rejects with the signal's reason when it is aborted. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
