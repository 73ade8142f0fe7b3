/** Timers that all end together, so that a stopped simulator leaves nothing behind. */
export interface Timers {
  /** Runs `work` after `ms`; the returned function calls it off. */
  readonly after: (ms: number, work: () => void) => () => void;
  readonly every: (ms: number, work: () => void) => () => void;
  /** Resolves after `ms`, or at once when stopped. */
  readonly pause: (ms: number) => Promise<void>;
  readonly isStopped: () => boolean;
  readonly stop: () => void;
}

export const timers = (): Timers => {
  const cancels = new Set<() => void>();
  const wakes = new Set<() => void>();
  let stopped = false;

  const after = (ms: number, work: () => void): (() => void) => {
    if (stopped) return () => {};
    const handle = setTimeout(() => {
      cancels.delete(cancel);
      work();
    }, ms);
    const cancel = () => {
      clearTimeout(handle);
      cancels.delete(cancel);
    };
    cancels.add(cancel);
    return cancel;
  };

  return {
    after,
    every: (ms, work) => {
      if (stopped) return () => {};
      const handle = setInterval(work, ms);
      const cancel = () => {
        clearInterval(handle);
        cancels.delete(cancel);
      };
      cancels.add(cancel);
      return cancel;
    },
    pause: (ms) => {
      if (stopped) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => {
        wakes.delete(wake);
        resolve();
      };
      wakes.add(wake);
      after(ms, wake);
      return promise;
    },
    isStopped: () => stopped,
    stop: () => {
      stopped = true;
      for (const cancel of [...cancels]) cancel();
      for (const wake of [...wakes]) wake();
    },
  };
};
