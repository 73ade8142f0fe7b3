/** Runs something later; what it answers cancels that. */
export type After = (ms: number, run: () => void) => () => void;

/** Things that have to be answered in time: whichever is not done after `ms` is given to `overdue`. One timer for all. */
export interface Deadlines<T> {
  /** `at`: when it came, by the clock. */
  readonly add: (item: T, at: number) => void;
  /** `false`: it was overdue before. */
  readonly done: (item: T) => boolean;
  /** Lets go of the timer: nobody waits for an answer any more. */
  readonly stop: () => void;
}

export function deadlines<T>(
  ms: number,
  now: () => number,
  after: After,
  overdue: (item: T) => void,
): Deadlines<T> {
  const since = new Map<T, number>();
  let cancel: (() => void) | null = null;

  const check = (): void => {
    cancel = null;
    for (const [item, at] of since) {
      const leftMs = at + ms - now();
      if (leftMs > 0) {
        time(leftMs);
        return;
      }
      since.delete(item);
      overdue(item);
    }
  };
  const time = (inMs: number): void => {
    cancel = after(inMs, check);
  };

  return {
    add(item, at) {
      since.set(item, at);
      if (cancel === null) time(ms);
    },
    done: (item) => since.delete(item),
    stop() {
      cancel?.();
      cancel = null;
      since.clear();
    },
  };
}
