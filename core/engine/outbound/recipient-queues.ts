import type { OutboundMessage, Priority } from "#core/domain/message.ts";
import { createDeque, type Deque } from "#core/structures/deque.ts";
import type { Linked } from "#core/structures/linked-list.ts";

/** A message that this process has to send. */
export interface OwnedMessage extends Linked<OwnedMessage> {
  readonly message: OutboundMessage;
  /** It came out of the queue, where it stays marked until it is done with. */
  readonly claimed: boolean;
  /** From then on its queue may belong to others, as far as is known: the queue has to be asked once more. 0: it does. */
  readonly validUntil: number;
  /** Since when it is in hand. */
  readonly since: number;
  attempts: number;
  answerLost: boolean;
  /** How often a link refused to take it, for want of room. */
  unsent: number;
  /** Parts that the carrier has taken, over the link that is pinned while there are some. */
  partsAccepted: number;
  pinned: string | null;
  reference: number;
}

/** Everything that goes to one participant, in order; one message at a time is under way. */
export interface RecipientQueue {
  readonly id: string;
  readonly items: OwnedMessage[];
  /** `ready`: in the line of its priority. `busy`: the first one is under way. `parked`: waits for its number's pace. */
  state: "idle" | "ready" | "busy" | "parked";
  /** On its way back into the queue: what arrives meanwhile has to follow. */
  requeuing: boolean;
  /** Ends the wait of a parked queue. */
  unpark: () => void;
}

/** The queues of this process, and the lines in which they wait for a link. */
export interface RecipientQueues {
  get(id: string): RecipientQueue | undefined;
  all(): IterableIterator<RecipientQueue>;
  /** Adds to the end of a queue; one that was idle gets in line. */
  add(item: OwnedMessage): RecipientQueue;
  /** The first in line of a priority. */
  first(priority: Priority): RecipientQueue | undefined;
  /** Takes the first in line out of the line. */
  shift(priority: Priority): RecipientQueue | undefined;
  /** Puts a queue back in line, in front or behind, if there is something in it. */
  line(queue: RecipientQueue, where: "front" | "back"): void;
  /** Takes everything out of a queue that is not under way. */
  empty(queue: RecipientQueue): readonly OwnedMessage[];
  /** Messages in hand. */
  size(): number;
  /** Forgets the first message of a queue. */
  drop(queue: RecipientQueue): void;
}

/** With so many queues, or twice those in use, all are forgotten in which there is nothing: most come back soon. */
const QUEUES_MAX = 50_000;

export const createRecipientQueues = (max = QUEUES_MAX): RecipientQueues => {
  let queues = new Map<string, RecipientQueue>();
  let forgetAbove = max;
  const lines: Record<Priority, Deque<RecipientQueue>> = {
    relay: createDeque(),
    system: createDeque(),
    broadcast: createDeque(),
  };
  let size = 0;

  const threadOf = (id: string): RecipientQueue => {
    const known = queues.get(id);
    if (known) return known;
    if (queues.size >= forgetAbove) forgetEmpty();
    const queue: RecipientQueue = { id, items: [], state: "idle", requeuing: false, unpark: () => {} };
    queues.set(id, queue);
    return queue;
  };

  const forgetEmpty = (): void => {
    queues = new Map([...queues].filter(([, { items, requeuing }]) => items.length > 0 || requeuing));
    forgetAbove = Math.max(max, 2 * queues.size);
  };

  const laneOf = (queue: RecipientQueue): Priority => queue.items[0]!.message.priority;
  /** Threads are not taken out of the middle of a line: those that left it, or stand in another now, are passed over. */
  const tidy = (priority: Priority): void => {
    for (let head = lines[priority].first(); head && !isIn(head, priority); head = lines[priority].first())
      lines[priority].shift();
  };
  const isIn = (queue: RecipientQueue, priority: Priority): boolean =>
    queue.state === "ready" && laneOf(queue) === priority;

  const self: RecipientQueues = {
    get: (id) => queues.get(id),
    all: () => queues.values(),
    add: (item) => {
      const queue = threadOf(item.message.recipientId);
      queue.items.push(item);
      size += 1;
      if (queue.state === "idle" && !queue.requeuing) self.line(queue, "back");
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
    line: (queue, where) => {
      if (queue.items.length === 0) {
        queue.state = "idle";
        return;
      }
      queue.state = "ready";
      if (where === "front") lines[laneOf(queue)].unshift(queue);
      else lines[laneOf(queue)].push(queue);
    },
    empty: (queue) => {
      const kept = queue.state === "busy" ? 1 : 0;
      const out = queue.items.splice(kept);
      size -= out.length;
      if (kept === 0) queue.state = "idle";
      return out;
    },
    size: () => size,
    drop: (queue) => {
      queue.items.shift();
      size -= 1;
    },
  };
  return self;
};
