import type { Priority } from "#core/domain/priority.ts";
import { createDeque, type Deque } from "#core/structures/deque.ts";
import type { OwnedMessage } from "./owned-message.ts";

/** Everything that goes to one participant, in order; one message at a time is under way. */
export interface RecipientQueue {
  readonly id: string;
  readonly items: OwnedMessage[];
  /** `ready`: in the line of its priority. `busy`: the first one is under way. `parked`: waits for its number's pace. */
  state: "idle" | "ready" | "busy" | "parked";
  /** On its way back into the queue of storage: what arrives meanwhile has to follow. */
  requeuing: boolean;
  /** Ends the wait of a parked queue. */
  unpark: () => void;
}

/** The recipient queues of this process, and the lines in which they wait for a link. */
export interface RecipientQueues {
  get(id: string): RecipientQueue | undefined;
  all(): IterableIterator<RecipientQueue>;
  /** Adds to the end of a recipient's queue; a queue that was idle gets in line. */
  add(item: OwnedMessage): RecipientQueue;
  /** The first in line of a priority. */
  first(priority: Priority): RecipientQueue | undefined;
  /** Takes the first in line out of the line. */
  shift(priority: Priority): RecipientQueue | undefined;
  /** Puts a queue back in line, in front or behind, if there is something in it. */
  line(queue: RecipientQueue, where: "front" | "back"): void;
  /** Takes everything out of a queue that is not under way. */
  empty(queue: RecipientQueue): readonly OwnedMessage[];
  /** Messages in all queues. */
  size(): number;
  /** Takes out the first message of a queue. */
  drop(queue: RecipientQueue): void;
}

/** Above this many queues, or twice those in use, empty ones are dropped: most recipients come back soon. */
const QUEUES_MAX = 50_000;

export const createRecipientQueues = (max = QUEUES_MAX): RecipientQueues => {
  let queues = new Map<string, RecipientQueue>();
  let dropAbove = max;
  const lines: Record<Priority, Deque<RecipientQueue>> = {
    relay: createDeque(),
    system: createDeque(),
    broadcast: createDeque(),
  };
  let size = 0;

  const queueOf = (id: string): RecipientQueue => {
    const known = queues.get(id);
    if (known) return known;
    if (queues.size >= dropAbove) dropEmpty();
    const queue: RecipientQueue = { id, items: [], state: "idle", requeuing: false, unpark: () => {} };
    queues.set(id, queue);
    return queue;
  };

  const dropEmpty = (): void => {
    queues = new Map([...queues].filter(([, { items, requeuing }]) => items.length > 0 || requeuing));
    dropAbove = Math.max(max, 2 * queues.size);
  };

  const priorityOf = (queue: RecipientQueue): Priority => queue.items[0]!.message.priority;
  const isIn = (queue: RecipientQueue, priority: Priority): boolean =>
    queue.state === "ready" && priorityOf(queue) === priority;
  /** Queues are not taken out of the middle of a line: those that left it, or stand in another now, are passed over. */
  const tidy = (priority: Priority): void => {
    for (let head = lines[priority].first(); head && !isIn(head, priority); head = lines[priority].first())
      lines[priority].shift();
  };

  const line = (queue: RecipientQueue, where: "front" | "back"): void => {
    if (queue.items.length === 0) {
      queue.state = "idle";
      return;
    }
    queue.state = "ready";
    if (where === "front") lines[priorityOf(queue)].unshift(queue);
    else lines[priorityOf(queue)].push(queue);
  };

  return {
    get: (id) => queues.get(id),
    all: () => queues.values(),
    add: (item) => {
      const queue = queueOf(item.message.recipientId);
      queue.items.push(item);
      size += 1;
      if (queue.state === "idle" && !queue.requeuing) line(queue, "back");
      return queue;
    },
    first: (priority) => {
      tidy(priority);
      return lines[priority].first();
    },
    shift: (priority) => {
      tidy(priority);
      const queue = lines[priority].shift();
      if (queue) queue.state = "idle";
      return queue;
    },
    line,
    empty: (queue) => {
      const underWay = queue.state === "busy" ? 1 : 0;
      const out = queue.items.splice(underWay);
      size -= out.length;
      if (underWay === 0) queue.state = "idle";
      return out;
    },
    size: () => size,
    drop: (queue) => {
      queue.items.shift();
      size -= 1;
    },
  };
};
