/** Things in the order in which they came and, mostly, leave. */
export interface WaitingLine<T> {
  readonly add: (item: T) => void;
  /** To be called when `isHere` has become false for one of them. */
  readonly left: () => void;
  readonly size: () => number;
  /** The one that came first of those here. */
  readonly first: () => T | undefined;
  readonly all: () => readonly T[];
}

/** So many more places than things are kept. */
const SLACK = 1_024;

/**
 * Each thing knows whether it is here still, so nothing is looked up: that is half the price of a set. What has left is let go as soon
 * as all before it have, or when there is more of it than of what is here.
 */
export function waitingLine<T>(isHere: (item: T) => boolean): WaitingLine<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  let size = 0;

  const isStillHere = (item: T | undefined): item is T => item !== undefined && isHere(item);

  return {
    add(item) {
      items.push(item);
      size += 1;
    },
    left() {
      size -= 1;
      while (head < items.length && !isStillHere(items[head])) items[head++] = undefined;
      if (items.length <= 2 * size + SLACK) return;
      items = items.filter(isStillHere);
      head = 0;
    },
    size: () => size,
    first: () => items[head],
    all: () => items.filter(isStillHere),
  };
}
