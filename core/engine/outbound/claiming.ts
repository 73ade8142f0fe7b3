import type { Clock } from "#core/ports/clock.ts";
import type { Dispatch } from "#core/ports/dispatch.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { OwnedMessages } from "./owned-messages.ts";

/** Takes what is due out of the queue into the owned, one question at a time. */
export interface Claiming {
  /** There may be something in the queue. */
  claim(): void;
  /** A message has been done with, or is going back: an answer under way may still name it. */
  concluded(id: string): void;
  requeued(id: string): void;
  /** Resolves when no claim is under way. */
  settled(): Promise<void>;
  stop(): void;
}

export interface ClaimingContext {
  readonly dispatch: Pick<Dispatch, "claim" | "nextDueAt">;
  readonly clock: Clock;
  readonly timer: Timer;
  /** The id to claim under. */
  dispatcher(): string;
  /** Whether sending is allowed: the lease holds. */
  maySend(): boolean;
  /** Whether partitions are on their way to others: what is claimed of them now would be left behind. */
  isHandingOver(): boolean;
  /** Whether there is so much in owned that nothing is claimed. */
  isFull(): boolean;
  /** The queue has nothing more to claim. */
  drained(): void;
  /** Most claimed messages in owned; more are claimed when half of them have left. */
  readonly claimMax: number;
}

export const startClaiming = (
  { dispatch, clock, timer, dispatcher, maySend, isHandingOver, isFull, drained, claimMax }: ClaimingContext,
  owned: OwnedMessages,
  claimed: () => void,
): Claiming => {
  let stopped = false;
  let claiming = false;
  let again = false;
  /** The answer to a claim was lost, and perhaps messages with it. */
  let lost = false;
  /** What has been done with since the claim under way was asked for. */
  const concluded = new Set<string>();
  /** What has been put back since then: the answer may name it as it was before, or as claimed anew. Asking again tells. */
  const putBack = new Set<string>();
  let cancelDue = (): void => {};
  let underWay: Promise<void> = Promise.resolve();

  const mayClaim = (): boolean =>
    !stopped &&
    maySend() &&
    !isHandingOver() &&
    !owned.isRequeuing() &&
    !isFull() &&
    owned.claimed() <= claimMax / 2;

  const claim = (): void => {
    again = true;
    if (claiming) return;
    claiming = true;
    underWay = claimAll().finally(() => {
      claiming = false;
      // Asked for after the last claim of this turn.
      if (again && mayClaim()) claim();
    });
  };

  const claimAll = async (): Promise<void> => {
    try {
      while (again && mayClaim()) {
        again = false;
        await claimOnce(claimMax - owned.claimed());
      }
      await watchQueue();
    } catch (error) {
      // The database is away: the next heartbeat asks again.
      if (!(error instanceof StorageUnavailable)) throw error;
      // breakage: forget-lost-claim
      lost = true;
    }
  };

  const claimOnce = async (limit: number): Promise<void> => {
    const from = dispatcher();
    concluded.clear();
    putBack.clear();
    const claims = await dispatch.claim({ dispatcher: from, limit, now: clock.now(), again: lost });
    // Whoever we were then is dead, and others have recovered what it claimed.
    if (from !== dispatcher()) return;
    lost = false;
    if (claims.length === 0) return drained();
    const inHand = owned.messageIds();
    for (const { message, attempts, answerLost, validUntil } of claims) {
      if (putBack.has(message.id)) {
        // breakage: never-claim-requeued-again
        lost = true;
        continue;
      }
      if (inHand.has(message.id) || concluded.has(message.id)) continue;
      owned.add(message, { claimed: true, attempts, answerLost, validUntil });
    }
    if (claims.length >= limit) again = true;
    else drained();
    claimed();
  };

  /** While nothing may be claimed there is nothing to watch: whatever changes that claims, or the next heartbeat. */
  const watchQueue = async (): Promise<void> => {
    if (!mayClaim()) return;
    const dueAt = await dispatch.nextDueAt(dispatcher());
    cancelDue();
    if (!mayClaim()) return;
    cancelDue = dueAt === null ? () => {} : timer.after(Math.max(1, dueAt - clock.now()), claim);
  };

  return {
    claim,
    concluded: (id) => {
      if (claiming) concluded.add(id);
    },
    requeued: (id) => {
      if (claiming) putBack.add(id);
    },
    settled: () => underWay,
    stop: () => {
      stopped = true;
      cancelDue();
    },
  };
};
