import type { Delivery } from "#adapters/vonage-smpp/acknowledgements.ts";
import { waitingLine } from "#adapters/vonage-smpp/waiting-line.ts";

/** Runs something later; what it answers cancels that. */
export type After = (ms: number, run: () => void) => () => void;

/** A delivery that has to be answered in time. */
export interface Owed {
  readonly delivery: Delivery;
  /** Nobody waits for its answer here any more. */
  isDone: boolean;
}

/** Whichever is not done `ms` after it came is given to `overdue`. One timer for all. */
export interface Deadlines<T extends Owed> {
  readonly add: (item: T) => void;
  /** `false`: it was done, or overdue, before. */
  readonly done: (item: T) => boolean;
  /** Lets go of the timer: nobody waits for an answer any more. */
  readonly stop: () => void;
}

export function deadlines<T extends Owed>(
  ms: number,
  now: () => number,
  after: After,
  overdue: (item: T) => void,
): Deadlines<T> {
  const line = waitingLine<T>((item) => !item.isDone);
  let cancel: (() => void) | null = null;

  const done = (item: T): boolean => {
    if (item.isDone) return false;
    item.isDone = true;
    line.left();
    return true;
  };
  const check = (): void => {
    cancel = null;
    for (let item = line.first(); item !== undefined; item = line.first()) {
      const leftMs = item.delivery.receivedAt + ms - now();
      if (leftMs > 0) {
        time(leftMs);
        return;
      }
      done(item);
      overdue(item);
    }
  };
  const time = (inMs: number): void => {
    cancel = after(inMs, check);
  };

  return {
    add(item) {
      line.add(item);
      if (cancel === null) time(ms);
    },
    done,
    stop() {
      cancel?.();
      cancel = null;
      for (const item of line.all()) done(item);
    },
  };
}
