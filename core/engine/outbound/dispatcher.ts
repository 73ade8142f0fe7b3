import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { GiveUp } from "#core/engine/ownership/message-owner.ts";
import type { Epoch, Ownership } from "#core/engine/ownership/ownership.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Dispatch } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";
import { startBlockChecks } from "./block-checks.ts";
import { startClaiming } from "./claiming.ts";
import { createConclusion } from "./conclusion.ts";
import type { DepartureMeasures } from "./departure-measures.ts";
import type { FailureCounts } from "./failure-counts.ts";
import { createHandOver, isQuiet } from "./hand-over.ts";
import { type OutboundState, whenSettled } from "./outbound-state.ts";
import { toRequeued } from "./owned-message.ts";
import type { Pacing } from "./pacing.ts";
import { createRequeue, requeueOld } from "./requeue.ts";
import { createSending } from "./sending.ts";

/**
 * Sends what this process owns: by priority, one message of a recipient at a time, over the best live link, at the account's
 * and the number's pace. What cannot leave for a while goes back into the queue of storage, from which it is claimed again.
 * No connection to storage is held while a carrier is being waited for.
 */
export interface Dispatcher {
  /** Partitions or lease have changed, or time has passed: looks at everything once more. */
  review(): void;
  /** Gives up what is owned of these partitions, when nothing of it is under way. */
  handOver(epoch: Epoch, partitions: readonly number[], giveUp: GiveUp): Promise<void>;
  /** Stops sending, waits for what is under way, answers what is left. */
  stop(): Promise<readonly RequeuedMessage[]>;
}

export interface DispatcherPorts {
  readonly links: readonly CarrierLink[];
  readonly dispatch: Pick<Dispatch, "claim" | "nextDueAt" | "blocks" | "onWork" | "onBlock">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly chance: Chance;
  readonly ids: Ids;
  readonly journal: Pick<Journal, "messageRetried" | "messageEnded">;
}

export interface DispatcherOptions {
  readonly fallbackAfterMs: number;
  /** After a lost answer: send again, or hold until the message's time to live is over. */
  readonly onUnknown: "resend" | "hold";
  readonly claimMax?: number;
}

/** What exists before there is a dispatcher. */
export interface DispatcherContext {
  readonly state: OutboundState;
  readonly ownership: Ownership;
  readonly writer: Pick<BatchWriter, "record" | "settled" | "recipients" | "oldestWaiting">;
  readonly pacing: Pacing;
  readonly failures: Pick<FailureCounts, "add">;
  readonly departures: Pick<DepartureMeasures, "sent">;
}

export const startDispatcher = (
  ports: DispatcherPorts,
  options: DispatcherOptions,
  context: DispatcherContext,
): Dispatcher => {
  const { links, dispatch, clock } = ports;
  const { state } = context;
  const requeue = createRequeue({ ...context, clock });
  const conclusion = createConclusion({ ...context, ...ports, ...options, requeue });
  const sending = createSending({ ...context, ...ports, ...options, requeue, conclusion });
  const claiming = startClaiming({ ...context, ...ports, ...options });
  const blockChecks = startBlockChecks({ ...context, ...ports });
  for (const link of links) link.onChange(sending.pump);
  const stopListening = dispatch.onWork(claiming.claim);

  return {
    review: () => {
      requeueOld(state, requeue, clock);
      blockChecks.checkOld();
      claiming.recover();
      sending.pump();
    },
    handOver: createHandOver({ ...context, clock, claiming }),
    stop: async () => {
      sending.stop();
      claiming.stop();
      blockChecks.stop();
      stopListening();
      await whenSettled(state, () => [...state.queues.all()].every(isQuiet));
      const now = clock.now();
      return state.owned.drain(state.queues.all()).map((item) => toRequeued(item, now));
    },
  };
};
