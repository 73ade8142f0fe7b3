import type { Timer } from "#core/ports/timer.ts";

/** The longest wait that `setTimeout` takes; it calls back at once for anything longer. */
const STEP_MS_MAX = 2 ** 31 - 1;

/** The machine's timers. A wait keeps the process alive: cancel what is no longer wanted. */
export const systemTimer: Timer = {
  after: (ms, run) => {
    let rest = ms;
    let timeout: NodeJS.Timeout;
    const wait = (): void => {
      const step = Math.min(rest, STEP_MS_MAX);
      rest -= step;
      timeout = setTimeout(rest > 0 ? wait : run, step);
    };
    wait();
    return () => clearTimeout(timeout);
  },
};
