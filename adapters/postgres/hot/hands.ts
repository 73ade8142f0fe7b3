import type { Batch, BatchOutcome } from "#core/ports/traffic.ts";

/**
 * What the dispatchers of this process have in hand since its birth. Such messages have no row in the queue, yet nothing of their
 * threads may be claimed past them. Only this process needs to know: a dispatcher holds only what lies in its own partitions.
 */
export interface Hands {
  /**
   * What a batch wants to hold counts as held from before it is written: it may be stored long before its answer is read, if that is
   * not lost, and be followed by others of its thread.
   */
  reach(batch: Batch): void;
  /** Follows what a batch has changed. */
  note(batch: Batch, outcome: BatchOutcome): void;
  /** The threads of which a dispatcher holds something. */
  threadsOf(dispatcher: string): readonly string[];
  /** These are back in the queue. */
  putBack(dispatcher: string, messageIds: readonly string[]): void;
  forget(dispatcher: string): void;
}

export const hands = (): Hands => {
  const threadsByDispatcher = new Map<string, Map<string, string>>();
  const putBack: Hands["putBack"] = (dispatcher, messageIds) => {
    const threads = threadsByDispatcher.get(dispatcher);
    if (threads) for (const id of messageIds) threads.delete(id);
  };
  const threadsHeldBy = (dispatcher: string): Map<string, string> => {
    const known = threadsByDispatcher.get(dispatcher);
    if (known) return known;
    const threads = new Map<string, string>();
    threadsByDispatcher.set(dispatcher, threads);
    return threads;
  };
  return {
    reach: ({ dispatcher, inbound }) => {
      const threads = threadsHeldBy(dispatcher);
      for (const { decision } of inbound)
        if (decision.kind === "relay" && decision.own)
          threads.set(decision.message.id, decision.message.recipientId);
    },
    note: (batch, outcome) => {
      const { dispatcher, accepted, outcomes, requeued, inbound } = batch;
      if (outcome.kind === "fenced") {
        threadsByDispatcher.delete(dispatcher);
        return;
      }
      const threads = threadsHeldBy(dispatcher);
      for (const { messageId, part, parts } of accepted) if (part === parts - 1) threads.delete(messageId);
      for (const { messageId } of outcomes) threads.delete(messageId);
      for (const { message } of requeued) threads.delete(message.id);
      inbound.forEach(({ decision }, place) => {
        if (decision.kind === "relay" && outcome.inbound[place] !== "owned")
          threads.delete(decision.message.id);
      });
    },
    threadsOf: (dispatcher) => [...new Set(threadsByDispatcher.get(dispatcher)?.values())],
    putBack,
    forget: (dispatcher) => {
      threadsByDispatcher.delete(dispatcher);
    },
  };
};
