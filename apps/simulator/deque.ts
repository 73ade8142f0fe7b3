/** A queue with two ends; what was handed out and came back goes to the front again. */
export interface Deque<T> {
  readonly size: () => number;
  readonly push: (item: T) => void;
  readonly unshift: (item: T) => void;
  readonly shift: () => T | undefined;
  readonly drain: () => readonly T[];
}

const COMPACT_AT = 1_024;

export const deque = <T>(): Deque<T> => {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    size: () => items.length - head,
    push: (item) => {
      items.push(item);
    },
    unshift: (item) => {
      if (head === 0) items.unshift(item);
      else items[--head] = item;
    },
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
    drain: () => {
      const rest = items.slice(head) as T[];
      items = [];
      head = 0;
      return rest;
    },
  };
};
