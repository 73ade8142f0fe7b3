/** A queue that is cheap at both ends: JavaScript's own `shift` copies long arrays. */
export interface Deque<T> {
  size(): number;
  first(): T | undefined;
  /** Takes the first one out. */
  shift(): T | undefined;
  push(item: T): void;
  /** Puts an item in front of all others. */
  unshift(item: T): void;
  /** Takes everything out, in order. */
  drain(): T[];
}

/** With so many empty places in front, and as many as items, the places are given back. */
const COMPACT_AT = 1_024;

export const createDeque = <T>(): Deque<T> => {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    size: () => items.length - head,
    first: () => items[head],
    shift: () => {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head++] = undefined;
      if (head > COMPACT_AT && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    push: (item) => {
      items.push(item);
    },
    unshift: (item) => {
      if (head === 0) items.unshift(item);
      else items[--head] = item;
    },
    drain: () => {
      const rest = items.slice(head) as T[];
      items = [];
      head = 0;
      return rest;
    },
  };
};
