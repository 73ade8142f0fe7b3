/** A time that never runs backwards, made of a clock that may be set back. Changed in place by {@link steady}. */
export interface SteadyTime {
  shiftMs: number;
  last: number;
}

export const createSteadyTime = (): SteadyTime => ({ shiftMs: 0, last: Number.NEGATIVE_INFINITY });

/** The steady time at what the clock shows; where the clock was set back it goes on from where it was. */
export const steady = (time: SteadyTime, now: number): number => {
  const at = Math.max(now + time.shiftMs, time.last);
  time.shiftMs = at - now;
  time.last = at;
  return at;
};
