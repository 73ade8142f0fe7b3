import { drainMicrotasks } from "./microtasks.ts";

/** Virtual time: what happens next is what is due first, and nothing waits for real. */
export interface Scheduler {
  /** Milliseconds since the beginning of the world. */
  now(): number;
  /** What it answers takes the event back. */
  after(ms: number, run: () => void): () => void;
  /** Runs until nothing is due before `until`; to be called outside of promise reactions. */
  runUntil(until: number): void;
  /** Events run so far. */
  events(): number;
  /** Follows from the time and order of every event so far: two runs with the same one went the same way. */
  fingerprint(): number;
  /** Mixes something else that happened into the fingerprint. */
  note(text: string): void;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** More events than any honest world has: something is spinning. */
const EVENTS_MAX = 400_000;

export const createScheduler = (afterEach: () => void): Scheduler => {
  const heap = createHeap();
  let now = 0;
  let order = 0;
  let events = 0;
  let fingerprint = 0x811c9dc5;

  const mix = (value: number): void => {
    fingerprint = Math.imul(fingerprint ^ value, 0x01000193);
  };

  return {
    now: () => now,
    after: (ms, run) => {
      const entry: Entry = { at: now + Math.max(0, ms), order: order++, run };
      heap.push(entry);
      return () => {
        entry.run = null;
      };
    },
    runUntil: (until) => {
      for (let first = heap.first(); first && first.at <= until; first = heap.first()) {
        heap.pop();
        if (!first.run) continue;
        now = Math.max(now, first.at);
        events += 1;
        mix(Math.floor(now * 8) ^ (first.order << 8));
        if (events > EVENTS_MAX) throw new Error(`Cannot go on: ${EVENTS_MAX} events, something is spinning`);
        first.run();
        // Everything that follows from it by promises alone happens now, before the next event.
        drainMicrotasks();
        afterEach();
      }
      now = Math.max(now, until);
    },
    events: () => events,
    fingerprint: () => fingerprint >>> 0,
    note: (text) => {
      for (let i = 0; i < text.length; i += 1) mix(text.charCodeAt(i));
    },
  };
};

const createHeap = () => {
  const heap: Entry[] = [];
  const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  return {
    first: (): Entry | undefined => heap[0],
    push: (entry: Entry): void => {
      let at = heap.push(entry) - 1;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!isBefore(entry, heap[parent]!)) break;
        heap[at] = heap[parent]!;
        at = parent;
      }
      heap[at] = entry;
    },
    pop: (): void => {
      const last = heap.pop()!;
      if (heap.length === 0) return;
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
    },
  };
};
