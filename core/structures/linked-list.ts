/** What can stand in a {@link LinkedList}: in one at a time. */
export interface Linked<T> {
  previous: T | null;
  next: T | null;
  isLinked: boolean;
}

/**
 * Things in the order in which they came, each of which may leave at any time. For what comes and goes with every message: a Map
 * or Set that does so outgrows its tables all the time, and V8 keeps what was in those, and whatever it refers to, until a full
 * collection (each old table refers to the next one). What leaves this list refers to nothing of it any more.
 */
export interface LinkedList<T extends Linked<T>> extends Iterable<T> {
  /** At the end. */
  add(item: T): void;
  /** `false`: it was not there. */
  remove(item: T): boolean;
  first(): T | null;
  size(): number;
  clear(): void;
}

export const createLinkedList = <T extends Linked<T>>(): LinkedList<T> => {
  let first: T | null = null;
  let last: T | null = null;
  let size = 0;

  const remove = (item: T): boolean => {
    if (!item.isLinked) return false;
    const { previous, next } = item;
    if (previous) previous.next = next;
    else first = next;
    if (next) next.previous = previous;
    else last = previous;
    item.previous = null;
    item.next = null;
    item.isLinked = false;
    size -= 1;
    return true;
  };

  return {
    add: (item) => {
      item.previous = last;
      item.isLinked = true;
      if (last) last.next = item;
      else first = item;
      last = item;
      size += 1;
    },
    remove,
    first: () => first,
    size: () => size,
    clear: () => {
      while (first) remove(first);
    },
    *[Symbol.iterator]() {
      for (let item = first; item; item = item.next) yield item;
    },
  };
};
