/** Two calls of one process are at least so far apart (milliseconds). */
const GAP_MS = 5;

/** Tells other processes that something has changed: at once, and not oftener than they need. */
export interface CallOut {
  /** After the commit of what it tells of. */
  call(): void;
  close(): void;
}

/**
 * `notify` is a transaction of its own: one that notifies takes a lock of the whole database until it is on the disk, so that those that
 * also write would commit one after the other. A process that dies before it has called leaves the change to the others' heartbeats.
 */
export const createCallOut = (notify: () => Promise<unknown>, gapMs = GAP_MS): CallOut => {
  let isWaiting = false;
  let isWanted = false;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const rest = (): void => {
    timer = setTimeout(() => {
      isWaiting = false;
      if (isWanted) call();
    }, gapMs).unref();
  };
  const call = (): void => {
    if (isClosed) return;
    if (isWaiting) {
      isWanted = true;
      return;
    }
    isWaiting = true;
    isWanted = false;
    // Only a hint.
    notify().then(rest, rest);
  };
  return {
    call,
    close: () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
};
