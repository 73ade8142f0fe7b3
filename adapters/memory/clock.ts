import type { Clock } from "#core/ports/clock.ts";

/** A clock that moves only when told to. */
export interface MemoryClock extends Clock {
  /** Jumps to an instant, in either direction. */
  set(now: number): void;
  advance(ms: number): void;
}

export const memoryClock = (start: number): MemoryClock => {
  let now = start;
  return {
    now: () => now,
    set: (instant) => {
      now = instant;
    },
    advance: (ms) => {
      now += ms;
    },
  };
};
