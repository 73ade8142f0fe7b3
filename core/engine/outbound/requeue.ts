import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { Clock, SteadyClock } from "#core/ports/clock.ts";
import type { OutboundState } from "./outbound-state.ts";
import { toRequeued } from "./owned-message.ts";
import type { RecipientQueue } from "./recipient-queues.ts";

/**
 * Puts a whole recipient queue back into storage, its first message not to be claimed before `dueAt` (milliseconds since 1970). What is
 * `held` keeps nothing else waiting meanwhile.
 */
export type Requeue = (queue: RecipientQueue, dueAt: number, why?: "held") => void;

export interface RequeueContext {
  readonly state: OutboundState;
  readonly clock: Clock;
  readonly writer: Pick<BatchWriter, "record" | "settled">;
}

/**
 * A text that was written just before may be added to the recipient queue after: that stays shut until every write under way
 * is answered. All is due after this instant, so that no claim under way can name it.
 */
export const createRequeue = ({ state, clock, writer }: RequeueContext): Requeue => {
  const requeue: Requeue = (queue, dueAt, why) => {
    const now = clock.now();
    const items = state.owned.requeue(queue);
    queue.requeuing = true;
    state.requeuing += 1;
    const requeued = items.map((item, i) => {
      const first = toRequeued(item, Math.max(dueAt, now + 1));
      if (i > 0) return { ...first, dueAt: now + 1 };
      return why === "held" ? { ...first, message: { ...first.message, receivedAt: first.dueAt } } : first;
    });
    writer.record({ requeued }, () => {
      void writer.settled().then(() => {
        queue.requeuing = false;
        state.requeuing -= 1;
        state.owned.discard(items);
        // What came meanwhile must queue up behind them.
        const hasFollowers = queue.items.some((item) => !item.claimed);
        if (hasFollowers && queue.state !== "busy") requeue(queue, clock.now());
        else state.queues.line(queue, "back");
        state.settled.raise();
        state.mayClaim.raise();
        state.maySend.raise();
      });
    });
  };
  return requeue;
};

/** What waits longer than this in memory goes back into the queue, where it costs no memory and is checked again. */
const OWNED_MS = 30_000;
const REQUEUE_MS = 5_000;

/** Requeues what has waited too long. */
export const requeueOld = ({ queues }: OutboundState, requeue: Requeue, clock: SteadyClock): void => {
  const before = clock.elapsed() - OWNED_MS;
  for (const queue of [...queues.all()]) {
    const oldest = queue.items[0];
    if (queue.state !== "busy" && !queue.requeuing && oldest && oldest.since < before)
      requeue(queue, clock.now() + REQUEUE_MS);
  }
};
