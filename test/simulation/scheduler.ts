/** Virtual time: what happens next is what is due first, and nothing waits for real. */
export interface Scheduler {
  /** Milliseconds since the beginning of the world. */
  now(): number;
  after(ms: number, run: () => void): () => void;
  /** Runs until nothing is due before `until`. */
  runUntil(until: number): Promise<void>;
  /** Events run so far. */
  events(): number;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** More events than any honest world has: something is spinning. */
const EVENTS_MAX = 400_000;

export const createScheduler = (afterEach: () => void): Scheduler => {
  const heap: Entry[] = [];
  let now = 0;
  let order = 0;
  let events = 0;

  const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  const push = (entry: Entry): void => {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  };

  const pop = (): Entry => {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
        if (!isBefore(heap[child]!, last)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    return first;
  };

  return {
    now: () => now,
    after: (ms, run) => {
      const entry: Entry = { at: now + Math.max(0, ms), order: order++, run };
      push(entry);
      return () => {
        entry.run = null;
      };
    },
    runUntil: async (until) => {
      while (heap.length > 0 && heap[0]!.at <= until) {
        const entry = pop();
        if (!entry.run) continue;
        now = Math.max(now, entry.at);
        events += 1;
        if (events > EVENTS_MAX) throw new Error(`Cannot go on: ${EVENTS_MAX} events, something is spinning`);
        entry.run();
        // Everything that follows from it by promises alone happens now, before the next event.
        await new Promise<void>((resolve) => setImmediate(resolve));
        afterEach();
      }
      now = Math.max(now, until);
    },
    events: () => events,
  };
};
