import type { Timer } from "#core/ports/timer.ts";

/** For a loop that sleeps until there is something to do. */
export interface WakeUp {
  /** Ends the wait, or the next one when nobody waits. */
  wake(): void;
  /** Until somebody wakes it, or `ms` have passed; null: for as long as it takes. One waits at a time. */
  wait(ms: number | null): Promise<void>;
}

export const createWakeUp = (timer: Timer): WakeUp => {
  let isWoken = false;
  let resume = (): void => {};
  return {
    wake: () => {
      isWoken = true;
      resume();
    },
    wait: async (ms) => {
      if (!isWoken) {
        let cancel = (): void => {};
        await new Promise<void>((resolve) => {
          resume = resolve;
          if (ms !== null) cancel = timer.after(Math.max(0, ms), resolve);
        });
        cancel();
      }
      isWoken = false;
    },
  };
};
