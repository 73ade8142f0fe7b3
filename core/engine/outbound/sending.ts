import { partitionOf } from "#core/domain/partition.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { Ownership } from "#core/engine/ownership/ownership.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Timer } from "#core/ports/timer.ts";
import { clearanceOf } from "./clearance.ts";
import type { Conclusion } from "./conclusion.ts";
import type { OutboundState } from "./outbound-state.ts";
import { type OwnedMessage, segmentsOf, startOver } from "./owned-message.ts";
import type { Pacing } from "./pacing.ts";
import type { RecipientQueue } from "./recipient-queues.ts";
import type { Requeue } from "./requeue.ts";

/** Lets messages leave: lines by priority, one message of a recipient at a time, at the account's and the number's pace. */
export interface Sending {
  /** Sends what may leave now. */
  pump(): void;
  stop(): void;
}

export interface SendingContext {
  readonly state: OutboundState;
  readonly ownership: Ownership;
  readonly pacing: Pacing;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly fallbackAfterMs: number;
  readonly requeue: Requeue;
  readonly conclusion: Conclusion;
}

export const createSending = (context: SendingContext): Sending => {
  const { state, ownership, pacing, clock, timer, fallbackAfterMs, requeue, conclusion } = context;
  const { queues, views } = state;
  let cancelWake = (): void => {};
  let wakeAt = Number.POSITIVE_INFINITY;
  let isPumpDue = false;

  const wake = (at: number): void => {
    if (at >= wakeAt) return;
    cancelWake();
    wakeAt = at;
    cancelWake = timer.after(Math.max(0, Math.ceil(at - clock.elapsed())), () => {
      wakeAt = Number.POSITIVE_INFINITY;
      pump();
    });
  };

  const pump = (): void => {
    if (state.isStopped || !ownership.holds()) return;
    const now = clock.now();
    const at = clock.elapsed();
    const { leaving } = ownership.epoch();
    views.look(at);
    for (const priority of PRIORITIES) {
      for (;;) {
        const queue = queues.first(priority);
        if (!queue || !sendFirst(queue, leaving, now, at)) break;
      }
    }
  };

  /** Once for all that happens in one turn: answers and commits come in batches, and a full window need be looked at once. */
  const pumpSoon = (): void => {
    if (isPumpDue) return;
    isPumpDue = true;
    void Promise.resolve().then(() => {
      isPumpDue = false;
      pump();
    });
  };

  /** Sends the first message of a recipient queue that is first in line; false when the line has to wait. */
  const sendFirst = (
    queue: RecipientQueue,
    leaving: ReadonlySet<number>,
    now: number,
    at: number,
  ): boolean => {
    const item = queue.items[0]!;
    const { priority, source } = item.message;
    const clearance = clearanceOf(item, {
      isLeaving: leaving.size > 0 && leaving.has(partitionOf(queue.id)),
      links: views.all,
      fallbackAfterMs,
      numberOpenAt: pacing.numberOpenAt(source, at),
      now,
      at,
    });
    if (clearance.kind === "wait") {
      if (clearance.until !== null) wake(clearance.until);
      return false;
    }
    queues.shift(priority);
    switch (clearance.kind) {
      case "leaving":
        return true;
      case "revalidate":
        requeue(queue, now);
        return true;
      case "held":
        requeue(queue, clearance.until, "held");
        return true;
      case "end":
        conclusion.end(queue, item, clearance);
        return true;
      case "paced":
        park(queue, Math.ceil(clearance.until - at));
        return true;
      case "use":
        return send(queue, item, views.byName.get(clearance.link)!, at);
    }
  };

  /** A queue that waits for its number's pace steps out of the line, so that others can pass. */
  const park = (queue: RecipientQueue, ms: number): void => {
    queue.state = "parked";
    queue.unpark = timer.after(ms, () => {
      if (queue.state !== "parked") return;
      queues.line(queue, "front");
      pump();
    });
  };

  const send = (queue: RecipientQueue, item: OwnedMessage, link: CarrierLink, at: number): boolean => {
    if (item.pinned !== link.name) startOver(item);
    const wanted = link.sendsWholeText ? 1 : Math.min(segmentsOf(item) - item.partsAccepted, link.room());
    const departure = pacing.take(link.kind, item.message.source, wanted, at);
    if (!departure) {
      queues.line(queue, "front");
      wake(at + 1);
      return false;
    }
    // breakage: reorder-queue
    queue.state = "busy";
    const { partsAccepted, reference } = item;
    // breakage: resend-accepted-parts
    const attempt = { partsAccepted, partsMax: departure.segments, reference };
    link.send(item.message, attempt, (outcome) => {
      pacing.answered(departure, outcome, clock.elapsed());
      conclusion.answered(queue, item, link, outcome);
    });
    views.occupy(link.name, at);
    return true;
  };

  state.maySend.on(pumpSoon);
  return {
    pump,
    stop: () => {
      state.isStopped = true;
      cancelWake();
      for (const { unpark } of queues.all()) unpark();
    },
  };
};
