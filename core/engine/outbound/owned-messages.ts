import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import { createLinkedList } from "#core/structures/linked-list.ts";
import { createOwnedMessage, type OwnedFrom, type OwnedMessage } from "./owned-message.ts";
import type { RecipientQueue, RecipientQueues } from "./recipient-queues.ts";

/** What this process has to send: each message from the moment it is known here until what became of it is durable. */
export interface OwnedMessages extends Iterable<OwnedMessage> {
  /** Adds a message at the end of its recipient's queue. */
  add(message: OutboundMessage, from: OwnedFrom, serviceId?: string | null): void;
  /** Whether an item is still owned: after an epoch has ended, the same message may be owned anew, or by another process. */
  has(item: OwnedMessage): boolean;
  /** What became of the message is durable. `false`: it was not owned any more. */
  complete(item: OwnedMessage): boolean;
  /** Takes a whole recipient queue out of memory, to be put back into storage; its messages stay owned until `discard`. */
  requeue(queue: RecipientQueue): readonly OwnedMessage[];
  /** Takes out of memory what is not under way in these queues; it stays owned until `discard`. */
  drain(queues: Iterable<RecipientQueue>): readonly OwnedMessage[];
  /** These belong to storage or to another process now. */
  discard(items: readonly OwnedMessage[]): void;
  discardAll(): void;
  /** The lowest id of an owned message; null when there is none. */
  oldest(): string | null;
  /** Owned messages that came out of the queue of storage. */
  claimedCount(): number;
  ids(): ReadonlySet<string>;
  /** Those of them that came out of the queue of storage. */
  claimedIds(): readonly string[];
  /** Recipients of owned messages. */
  recipients(): ReadonlySet<string>;
  /** Begins to note what leaves, in the place of what was noted before. */
  noteChanges(): OwnedChanges;
}

/** What has left since an instant: an answer of storage that was asked for before may still name it. */
export interface OwnedChanges {
  readonly completed: ReadonlySet<string>;
  readonly requeued: ReadonlySet<string>;
}

export interface OwnedMessagesContext {
  readonly queues: RecipientQueues;
  readonly clock: SteadyClock;
  readonly chance: Chance;
  /** How long at least a virtual number keeps its meaning after a close, in milliseconds. */
  readonly quarantineMs: number;
}

export const createOwnedMessages = ({
  queues,
  clock,
  chance,
  quarantineMs,
}: OwnedMessagesContext): OwnedMessages => {
  /** Messages without a durable fact. */
  const owned = createLinkedList<OwnedMessage>();
  let claimed = 0;
  let changes = { completed: new Set<string>(), requeued: new Set<string>() };

  const remove = (item: OwnedMessage): boolean => {
    if (!owned.remove(item)) return false;
    if (item.claimed) claimed -= 1;
    return true;
  };

  return {
    add: (message, from, serviceId = null) => {
      const now = clock.now();
      const at = clock.elapsed();
      const item = createOwnedMessage(message, serviceId, from, quarantineMs, now, at, chance.next());
      if (item.claimed) claimed += 1;
      owned.add(item);
      queues.add(item);
    },
    has: (item) => item.isLinked,
    complete: (item) => {
      if (!remove(item)) return false;
      // Only answers of the queue name messages, and only those that were claimed from it.
      if (item.claimed) changes.completed.add(item.message.id);
      return true;
    },
    requeue: (queue) => {
      const items = [...queue.items];
      for (const { message } of items) changes.requeued.add(message.id);
      for (const _ of items) queues.drop(queue);
      queue.state = "idle";
      return items;
    },
    drain: (chosen) => [...chosen].flatMap((queue) => queues.empty(queue)),
    discard: (items) => {
      for (const item of items) {
        changes.requeued.add(item.message.id);
        remove(item);
      }
    },
    discardAll: () => {
      for (const queue of [...queues.all()]) queues.empty(queue);
      owned.clear();
      claimed = 0;
    },
    oldest: () => {
      let oldest: string | null = null;
      for (const { message } of owned) if (oldest === null || message.id < oldest) oldest = message.id;
      return oldest;
    },
    claimedCount: () => claimed,
    ids: () => new Set(Array.from(owned, ({ message }) => message.id)),
    claimedIds: () => Array.from(owned, ({ claimed: is, message }) => (is ? message.id : "")).filter(Boolean),
    recipients: () => new Set(Array.from(owned, ({ message }) => message.recipientId)),
    noteChanges: () => {
      changes = { completed: new Set(), requeued: new Set() };
      return changes;
    },
    [Symbol.iterator]: () => owned[Symbol.iterator](),
  };
};
