import type { OutboundMessage } from "#core/domain/message.ts";
import type { Facts, Intake } from "#core/engine/inbound/batch-writer.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Deferral } from "#core/ports/traffic.ts";
import { createLinkedList } from "#core/structures/linked-list.ts";
import type { InHand, Thread, Threads } from "./recipient-queues.ts";

/** What this process has to send, each message until what became of it is durable. */
export interface Hand {
  /** Takes a message in, at the end of its thread. */
  hold(message: OutboundMessage, how: Pick<InHand, "claimed" | "attempts" | "unknown" | "leaveBefore">): void;
  /** Whether an item is still ours: after a burial the same message may be in hand anew, or in another's. */
  has(item: InHand): boolean;
  /** All that is in hand now. */
  messageIds(): ReadonlySet<string>;
  /** Records the end of our work on a message; only then is it out of our hand. `then` runs just before. */
  keep(item: InHand, facts: Facts, then: () => void): void;
  /** Puts a whole thread back into the queue, its first message not before `dueAt`. */
  retreat(thread: Thread, dueAt: number): void;
  /** Takes out of memory whatever is not under way in these threads; it stays ours until `letGo`. */
  collect(threads: Iterable<Thread>): readonly InHand[];
  letGo(items: readonly InHand[]): void;
  dropAll(): void;
  /** The oldest message in hand; null when there is none. */
  oldest(): string | null;
  /** Messages in hand that came out of the queue, where they are marked. */
  claimed(): number;
  /** Threads are on their way back: what they hold must not be claimed before that is known to be written. */
  isRetreating(): boolean;
}

export interface HandContext {
  readonly threads: Threads;
  readonly clock: Clock;
  readonly chance: Chance;
  /** How long at least a thread is kept from others after a close. */
  readonly quarantineMs: number;
  readonly record: Intake["record"];
  /** Resolves when every write that is under way has been answered. */
  readonly settled: Intake["settled"];
}

/** What the hand tells the dispatcher and whoever claims. */
export interface HandListener {
  /** A message is out of our hand: done with, or back in the queue. */
  released(item: InHand, as: "done" | "returned"): void;
  /** These are on their way back into the queue, or have just been given to others. */
  puttingBack(items: readonly InHand[]): void;
  /** What became of a message is durable: more may leave. */
  recorded(): void;
  /** A thread is back in the queue: more may be claimed. */
  returned(): void;
}

export const createHand = (context: HandContext, listener: HandListener): Hand => {
  const { threads, clock, chance, quarantineMs, record, settled } = context;
  /** Messages without a durable fact. */
  const open = createLinkedList<InHand>();
  let claimed = 0;
  let retreats = 0;

  const release = (item: InHand, as: "done" | "returned"): void => {
    if (!open.remove(item)) return;
    if (item.claimed) claimed -= 1;
    listener.released(item, as);
  };

  /**
   * A text that was written just before may come into our hand after: the thread stays shut until every write under way is
   * answered. All is due after this instant, so that no claim under way can take it up.
   */
  const retreat = (thread: Thread, dueAt: number): void => {
    const now = clock.now();
    const items = [...thread.items];
    listener.puttingBack(items);
    thread.retreating = true;
    retreats += 1;
    for (const _ of items) threads.drop(thread);
    thread.state = "idle";
    const deferred = items.map((item, i) => toDeferral(item, i === 0 ? Math.max(dueAt, now + 1) : now + 1));
    record({ deferred }, () => {
      void settled().then(() => {
        thread.retreating = false;
        retreats -= 1;
        for (const item of items) release(item, "returned");
        // What came while the others were on their way must queue up behind them.
        const hasFollowers = thread.items.some((item) => !item.claimed);
        if (hasFollowers && thread.state !== "busy") retreat(thread, clock.now());
        else threads.line(thread, "back");
        listener.returned();
      });
    });
  };

  return {
    hold: (message, { claimed: isClaimed, attempts, unknown, leaveBefore }) => {
      const now = clock.now();
      const item: InHand = {
        message,
        claimed: isClaimed,
        // A conversation that lives now may close at once, and then its quarantine is what keeps others away.
        leaveBefore: leaveBefore <= now ? 0 : Math.min(leaveBefore, now + quarantineMs),
        since: now,
        attempts,
        unknown,
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
      threads.add(item);
    },
    has: (item) => item.isLinked,
    messageIds: () => new Set(Array.from(open, ({ message }) => message.id)),
    keep: (item, facts, then) => {
      record(facts, () => {
        then();
        release(item, "done");
        listener.recorded();
      });
    },
    retreat,
    collect: (chosen) => [...chosen].flatMap((thread) => threads.empty(thread)),
    letGo: (items) => {
      listener.puttingBack(items);
      for (const item of items) release(item, "returned");
    },
    dropAll: () => {
      for (const thread of [...threads.all()]) threads.empty(thread);
      open.clear();
      claimed = 0;
    },
    oldest: () => {
      let oldest: string | null = null;
      for (const { message } of open) if (oldest === null || message.id < oldest) oldest = message.id;
      return oldest;
    },
    claimed: () => claimed,
    isRetreating: () => retreats > 0,
  };
};

export const toDeferral = ({ message, attempts, unknown }: InHand, dueAt: number): Deferral => ({
  message,
  dueAt,
  attempts,
  unknown,
});
