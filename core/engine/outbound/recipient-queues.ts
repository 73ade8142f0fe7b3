import type { Lane, OutboundMessage } from "#core/domain/message.ts";
import type { Linked } from "#core/structures/linked-list.ts";

/** A message that this process has to send. */
export interface InHand extends Linked<InHand> {
  readonly message: OutboundMessage;
  /** It came out of the queue, where it stays marked until it is done with. */
  readonly claimed: boolean;
  /** From then on its thread may belong to others, as far as is known: the queue has to be asked once more. 0: it does. */
  readonly leaveBefore: number;
  /** Since when it is in hand. */
  readonly since: number;
  attempts: number;
  unknown: boolean;
  /** How often a link refused to take it, for want of room. */
  unsent: number;
  /** Parts that the carrier has taken, over the link that is pinned while there are some. */
  partsAccepted: number;
  pinned: string | null;
  reference: number;
}

/** Everything that goes to one participant, in order; one message at a time is under way. */
export interface Thread {
  readonly id: string;
  readonly items: InHand[];
  /** `ready`: in the line of its lane. `busy`: the first one is under way. `parked`: waits for its number's pace. */
  state: "idle" | "ready" | "busy" | "parked";
  /** On its way back into the queue: what arrives meanwhile has to follow. */
  retreating: boolean;
  /** Ends the wait of a parked thread. */
  unpark: () => void;
}

/** The threads of this process, and the lines in which they wait for a link. */
export interface Threads {
  get(id: string): Thread | undefined;
  all(): IterableIterator<Thread>;
  /** Adds to the end of a thread; one that was idle gets in line. */
  add(item: InHand): Thread;
  /** The first in line of a lane. */
  first(lane: Lane): Thread | undefined;
  /** Takes the first in line out of the line. */
  shift(lane: Lane): Thread | undefined;
  /** Puts a thread back in line, in front or behind, if there is something in it. */
  line(thread: Thread, where: "front" | "back"): void;
  /** Takes everything out of a thread that is not under way. */
  empty(thread: Thread): readonly InHand[];
  /** Messages in hand. */
  size(): number;
  /** Forgets the first message of a thread. */
  drop(thread: Thread): void;
}

/** With so many threads, or twice those in use, all are forgotten in which there is nothing: most come back soon. */
const THREADS_MAX = 50_000;

export const createThreads = (max = THREADS_MAX): Threads => {
  let threads = new Map<string, Thread>();
  let forgetAbove = max;
  const lines: Record<Lane, Line> = { relay: createLine(), system: createLine(), broadcast: createLine() };
  let size = 0;

  const threadOf = (id: string): Thread => {
    const known = threads.get(id);
    if (known) return known;
    if (threads.size >= forgetAbove) forgetEmpty();
    const thread: Thread = { id, items: [], state: "idle", retreating: false, unpark: () => {} };
    threads.set(id, thread);
    return thread;
  };

  const forgetEmpty = (): void => {
    threads = new Map([...threads].filter(([, { items, retreating }]) => items.length > 0 || retreating));
    forgetAbove = Math.max(max, 2 * threads.size);
  };

  const laneOf = (thread: Thread): Lane => thread.items[0]!.message.lane;
  /** Threads are not taken out of the middle of a line: those that left it, or stand in another now, are passed over. */
  const tidy = (lane: Lane): void => {
    for (let head = lines[lane].first(); head && !isIn(head, lane); head = lines[lane].first())
      lines[lane].shift();
  };
  const isIn = (thread: Thread, lane: Lane): boolean => thread.state === "ready" && laneOf(thread) === lane;

  const self: Threads = {
    get: (id) => threads.get(id),
    all: () => threads.values(),
    add: (item) => {
      const thread = threadOf(item.message.recipientId);
      thread.items.push(item);
      size += 1;
      if (thread.state === "idle" && !thread.retreating) self.line(thread, "back");
      return thread;
    },
    first: (lane) => {
      tidy(lane);
      return lines[lane].first();
    },
    shift: (lane) => {
      tidy(lane);
      const thread = lines[lane].shift();
      if (thread) thread.state = "idle";
      return thread;
    },
    line: (thread, where) => {
      if (thread.items.length === 0) {
        thread.state = "idle";
        return;
      }
      thread.state = "ready";
      if (where === "front") lines[laneOf(thread)].unshift(thread);
      else lines[laneOf(thread)].push(thread);
    },
    empty: (thread) => {
      const kept = thread.state === "busy" ? 1 : 0;
      const out = thread.items.splice(kept);
      size -= out.length;
      if (kept === 0) thread.state = "idle";
      return out;
    },
    size: () => size,
    drop: (thread) => {
      thread.items.shift();
      size -= 1;
    },
  };
  return self;
};

interface Line {
  first(): Thread | undefined;
  shift(): Thread | undefined;
  push(thread: Thread): void;
  unshift(thread: Thread): void;
}

/** A queue that is cheap at both ends: JavaScript's own `shift` copies long arrays. */
const createLine = (): Line => {
  let entries: (Thread | undefined)[] = [];
  let head = 0;
  return {
    first: () => entries[head],
    shift: () => {
      const thread = entries[head];
      if (head < entries.length) entries[head++] = undefined;
      if (head > 1_024 && head * 2 > entries.length) {
        entries = entries.slice(head);
        head = 0;
      }
      return thread;
    },
    push: (thread) => {
      entries.push(thread);
    },
    unshift: (thread) => {
      if (head > 0) entries[--head] = thread;
      else entries.unshift(thread);
    },
  };
};
