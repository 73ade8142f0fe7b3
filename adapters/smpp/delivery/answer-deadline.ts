import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { createLinkedList, type Linked } from "#core/structures/linked-list.ts";

/** Runs something later; what it answers cancels that. */
export type After = (ms: number, run: () => void) => () => void;

/** A delivery that has to be answered in time. */
export interface Due<T> extends Linked<T> {
  readonly delivery: Delivery;
}

/** Whichever is not done `ms` after it came is given to `overdue`. One timer for all. */
export interface Deadlines<T extends Due<T>> {
  readonly add: (item: T) => void;
  /** `false`: it was overdue before. */
  readonly done: (item: T) => boolean;
  /** Lets go of the timer: nobody waits for an answer any more. */
  readonly stop: () => void;
}

export const createDeadlines = <T extends Due<T>>(
  ms: number,
  now: () => number,
  after: After,
  overdue: (item: T) => void,
): Deadlines<T> => {
  const open = createLinkedList<T>();
  let cancel: (() => void) | null = null;

  const check = (): void => {
    cancel = null;
    for (let item = open.first(); item !== null; item = open.first()) {
      const leftMs = item.delivery.receivedAt + ms - now();
      if (leftMs > 0) {
        time(leftMs);
        return;
      }
      open.remove(item);
      overdue(item);
    }
  };
  const time = (inMs: number): void => {
    cancel = after(inMs, check);
  };

  return {
    add(item) {
      open.add(item);
      if (cancel === null) time(ms);
    },
    done: open.remove,
    stop() {
      cancel?.();
      cancel = null;
      open.clear();
    },
  };
};
