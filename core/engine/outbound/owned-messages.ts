import type { OutboundMessage } from "#core/domain/message.ts";
import type { BatchWriter, Facts } from "#core/engine/inbound/batch-writer.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";
import { createLinkedList } from "#core/structures/linked-list.ts";
import type { OwnedMessage, RecipientQueue, RecipientQueues } from "./recipient-queues.ts";

/** What this process has to send, each message until what became of it is durable. */
export interface OwnedMessages {
  /** Takes a message in, at the end of its queue. */
  add(
    message: OutboundMessage,
    how: Pick<OwnedMessage, "claimed" | "attempts" | "answerLost" | "validUntil">,
  ): void;
  /** Whether an item is still ours: after a burial the same message may be in owned anew, or in another's. */
  has(item: OwnedMessage): boolean;
  /** All that is in owned now. */
  messageIds(): ReadonlySet<string>;
  /** Records the end of our work on a message; only then is it out of our owned. `then` runs just before. */
  complete(item: OwnedMessage, facts: Facts, then: () => void): void;
  /** Puts a whole queue back into the queue, its first message not before `dueAt`. */
  requeue(queue: RecipientQueue, dueAt: number): void;
  /** Takes out of memory whatever is not under way in these queues; it stays ours until `letGo`. */
  drain(queues: Iterable<RecipientQueue>): readonly OwnedMessage[];
  discard(items: readonly OwnedMessage[]): void;
  discardAll(): void;
  /** The oldest message in owned; null when there is none. */
  oldest(): string | null;
  /** Messages in owned that came out of the queue, where they are marked. */
  claimed(): number;
  /** Threads are on their way back: what they hold must not be claimed before that is known to be written. */
  isRequeuing(): boolean;
}

export interface OwnedMessagesContext {
  readonly queues: RecipientQueues;
  readonly clock: Clock;
  readonly chance: Chance;
  /** How long at least a queue is kept from others after a close. */
  readonly quarantineMs: number;
  readonly record: BatchWriter["record"];
  /** Resolves when every write that is under way has been answered. */
  readonly settled: BatchWriter["settled"];
}

/** What the owned tells the dispatcher and whoever claims. */
export interface OwnedMessagesListener {
  /** A message is out of our owned: done with, or back in the queue. */
  released(item: OwnedMessage, as: "done" | "returned"): void;
  /** These are on their way back into the queue, or have just been given to others. */
  requeuing(items: readonly OwnedMessage[]): void;
  /** What became of a message is durable: more may leave. */
  recorded(): void;
  /** A queue is back in the queue: more may be claimed. */
  returned(): void;
}

export const createOwnedMessages = (
  context: OwnedMessagesContext,
  listener: OwnedMessagesListener,
): OwnedMessages => {
  const { queues, clock, chance, quarantineMs, record, settled } = context;
  /** Messages without a durable fact. */
  const open = createLinkedList<OwnedMessage>();
  let claimed = 0;
  let requeues = 0;

  const release = (item: OwnedMessage, as: "done" | "returned"): void => {
    if (!open.remove(item)) return;
    if (item.claimed) claimed -= 1;
    listener.released(item, as);
  };

  /**
   * A text that was written just before may come into our owned after: the queue stays shut until every write under way is
   * answered. All is due after this instant, so that no claim under way can take it up.
   */
  const requeue = (queue: RecipientQueue, dueAt: number): void => {
    const now = clock.now();
    const items = [...queue.items];
    listener.requeuing(items);
    queue.requeuing = true;
    requeues += 1;
    for (const _ of items) queues.drop(queue);
    queue.state = "idle";
    const requeued = items.map((item, i) => toRequeued(item, i === 0 ? Math.max(dueAt, now + 1) : now + 1));
    record({ requeued }, () => {
      void settled().then(() => {
        queue.requeuing = false;
        requeues -= 1;
        for (const item of items) release(item, "returned");
        // What came while the others were on their way must queue up behind them.
        const hasFollowers = queue.items.some((item) => !item.claimed);
        if (hasFollowers && queue.state !== "busy") requeue(queue, clock.now());
        else queues.line(queue, "back");
        listener.returned();
      });
    });
  };

  return {
    add: (message, { claimed: isClaimed, attempts, answerLost, validUntil }) => {
      const now = clock.now();
      const item: OwnedMessage = {
        message,
        claimed: isClaimed,
        // A conversation that lives now may close at once, and then its quarantine is what keeps others away.
        // breakage: own-for-ever
        validUntil: validUntil <= now ? 0 : Math.min(validUntil, now + quarantineMs),
        since: now,
        attempts,
        answerLost,
        unsent: 0,
        partsAccepted: 0,
        pinned: null,
        reference: Math.floor(chance.next() * 256),
        previous: null,
        next: null,
        isLinked: false,
      };
      if (isClaimed) claimed += 1;
      open.add(item);
      queues.add(item);
    },
    has: (item) => item.isLinked,
    messageIds: () => new Set(Array.from(open, ({ message }) => message.id)),
    complete: (item, facts, then) => {
      record(facts, () => {
        then();
        release(item, "done");
        listener.recorded();
      });
    },
    requeue,
    drain: (chosen) => [...chosen].flatMap((queue) => queues.empty(queue)),
    discard: (items) => {
      listener.requeuing(items);
      for (const item of items) release(item, "returned");
    },
    discardAll: () => {
      for (const queue of [...queues.all()]) queues.empty(queue);
      open.clear();
      claimed = 0;
    },
    oldest: () => {
      let oldest: string | null = null;
      for (const { message } of open) if (oldest === null || message.id < oldest) oldest = message.id;
      return oldest;
    },
    claimed: () => claimed,
    isRequeuing: () => requeues > 0,
  };
};

export const toRequeued = (
  { message, attempts, answerLost }: OwnedMessage,
  dueAt: number,
): RequeuedMessage => ({
  message,
  dueAt,
  attempts,
  answerLost,
});
