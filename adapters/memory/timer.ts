import type { Timer } from "#core/ports/timer.ts";
import type { MemoryClock } from "./clock.ts";

/** A timer whose time passes only when told to. It moves its clock along; a clock that jumps by itself does not move it. */
export interface MemoryTimer extends Timer {
  /** Lets time pass, calling back whatever comes due, in order of time and then of asking, also what is asked for meanwhile. */
  advance(ms: number): void;
  /** Lets time pass until the next call back, and makes that one call; false when nothing is waited for. */
  fireNext(): boolean;
  /** In how many milliseconds the next call back comes; null when nothing is waited for. */
  nextIn(): number | null;
}

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

export const memoryTimer = (clock: Pick<MemoryClock, "advance">): MemoryTimer => {
  const waiting = new Set<Waiting>();
  let now = 0;

  const moveTo = (at: number): void => {
    clock.advance(at - now);
    now = at;
  };
  /** Sets keep the order of insertion, so that of two that are due together the older one is found. */
  const next = (): Waiting | null => {
    let soonest: Waiting | null = null;
    for (const each of waiting) if (soonest === null || each.at < soonest.at) soonest = each;
    return soonest;
  };
  const fire = (due: Waiting): void => {
    waiting.delete(due);
    moveTo(due.at);
    due.run();
  };

  return {
    after: (ms, run) => {
      const entry = { at: now + Math.max(0, ms), run };
      waiting.add(entry);
      return () => {
        waiting.delete(entry);
      };
    },
    advance: (ms) => {
      const end = now + ms;
      for (let due = next(); due !== null && due.at <= end; due = next()) fire(due);
      moveTo(end);
    },
    fireNext: () => {
      const due = next();
      if (due) fire(due);
      return due !== null;
    },
    nextIn: () => {
      const due = next();
      return due && due.at - now;
    },
  };
};
