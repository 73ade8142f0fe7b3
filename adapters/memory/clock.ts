import type { SteadyClock } from "#core/ports/clock.ts";

/** A clock that moves only when told to. */
export interface MemoryClock extends SteadyClock {
  /** Jumps to an instant, in either direction; forwards, as much time has passed. */
  set(now: number): void;
  advance(ms: number): void;
}

export const memoryClock = (start: number): MemoryClock => {
  let now = start;
  let elapsed = 0;
  const set = (instant: number): void => {
    elapsed += Math.max(0, instant - now);
    now = instant;
  };
  return { now: () => now, elapsed: () => elapsed, set, advance: (ms) => set(now + ms) };
};
