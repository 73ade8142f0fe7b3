import type { Scheduler } from "#test/simulation/scheduler.ts";

/** When the code of a process runs: not while it is frozen, and never again once it is dead. */
export interface Wakefulness {
  alive(): boolean;
  kill(): void;
  /** Stops the process in time; all that comes meanwhile waits, timers ahead of what comes from outside. */
  freeze(ms: number): void;
  /** Runs a timer of the process, now or when it wakes. */
  timer(run: () => void): void;
  /** Brings something from outside to the process, now or when it wakes. */
  arrival(run: () => void): void;
}

export const createWakefulness = (scheduler: Scheduler): Wakefulness => {
  let alive = true;
  let frozen = false;
  let timers: (() => void)[] = [];
  let arrivals: (() => void)[] = [];

  const thaw = (): void => {
    frozen = false;
    const missed = [...timers, ...arrivals];
    timers = [];
    arrivals = [];
    for (const run of missed) scheduler.after(0, () => alive && run());
  };

  return {
    alive: () => alive,
    kill: () => {
      alive = false;
    },
    freeze: (ms) => {
      if (frozen || !alive) return;
      frozen = true;
      scheduler.after(ms, thaw);
    },
    timer: (run) => {
      if (!alive) return;
      if (frozen) timers.push(run);
      else run();
    },
    arrival: (run) => {
      if (!alive) return;
      if (frozen) arrivals.push(run);
      else run();
    },
  };
};
