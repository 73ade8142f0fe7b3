import type { SteadyClock } from "#core/ports/clock.ts";

/** What was counted last. */
export interface Remembered<T> {
  readonly value: T;
  /** Milliseconds since it was asked for. */
  readonly ageMs: number;
}

/** Nobody is asked more often than this, nor for more than a twentieth of the time. */
export const ASK_MIN_MS = 5_000;
const AGE_PER_ANSWER = 20;

/**
 * Answers at once with what was counted last, and has it counted anew when that is old. Null: nothing was ever counted. One count at a
 * time: while it does not answer, or when it fails, the last one grows old.
 */
export const rememberCensus = <T>(
  take: () => Promise<T>,
  clock: Pick<SteadyClock, "elapsed">,
): (() => Remembered<T> | null) => {
  let known: { readonly value: T; readonly askedAt: number } | null = null;
  let isAsking = false;
  let nextAt = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<void> => {
    const askedAt = clock.elapsed();
    isAsking = true;
    try {
      known = { value: await take(), askedAt };
    } catch {
      // Its age says so, and whoever lost the database tells of that.
    }
    isAsking = false;
    nextAt = Math.max(askedAt + ASK_MIN_MS, clock.elapsed() + AGE_PER_ANSWER * (clock.elapsed() - askedAt));
  };
  return () => {
    if (!isAsking && clock.elapsed() >= nextAt) void ask();
    return known && { value: known.value, ageMs: clock.elapsed() - known.askedAt };
  };
};
