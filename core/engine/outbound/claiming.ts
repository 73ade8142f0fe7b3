import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { Epoch, Ownership } from "#core/engine/ownership/ownership.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Claim, Dispatch } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { OutboundState } from "./outbound-state.ts";
import { createRecoveryPlan } from "./recovery.ts";

/** Takes what is due out of the queue of storage, one question at a time. */
export interface Claiming {
  /** There may be something to claim. */
  claim(): void;
  /** The same; and storage may have something as this process's that it does not own. */
  recover(): void;
  /** Resolves when no claim is under way. */
  settled(): Promise<void>;
  stop(): void;
}

export interface ClaimingContext {
  readonly state: OutboundState;
  readonly ownership: Ownership;
  readonly writer: Pick<BatchWriter, "recipients" | "settled" | "oldestWaiting">;
  readonly dispatch: Pick<Dispatch, "claim" | "nextDueAt">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly claimMax?: number;
}

/** Storage calls out when there is something to claim; but a call may be lost, so that it is asked at least this often. */
const ASK_MS = 2_000;

/** Most claimed messages in memory; more are claimed when half of them have left. */
const CLAIM_MAX = 500;

export const startClaiming = (context: ClaimingContext): Claiming => {
  const { state, ownership, writer, dispatch, clock, timer, claimMax = CLAIM_MAX } = context;
  const { owned, queues } = state;
  let isClaiming = false;
  let again = false;
  /** Storage may have something as this process's that it does not own. */
  let isRecoveryDue = false;
  const recovery = createRecoveryPlan({ ...context, owned });
  let asked = { at: Number.NEGATIVE_INFINITY, epoch: ownership.epoch(), partitions: 0, outages: 0 };
  let cancelDue = (): void => {};
  let underWay: Promise<void> = Promise.resolve();

  const mayClaim = (): boolean =>
    !state.isStopped &&
    ownership.holds() &&
    // What is claimed of leaving partitions would be left behind.
    ownership.epoch().leaving.size === 0 &&
    state.requeuing === 0 &&
    // With much in memory, a claim has to look past everybody for whom something is owned.
    queues.size() <= state.ownedMax / 2 &&
    owned.claimedCount() <= claimMax / 2;

  const claim = (): void => {
    again = true;
    if (isClaiming) return;
    isClaiming = true;
    underWay = claimAll().finally(() => {
      isClaiming = false;
      // Asked for after the last claim of this turn.
      if (again && mayClaim()) claim();
    });
  };

  const claimAll = async (): Promise<void> => {
    try {
      while (again && mayClaim()) {
        again = false;
        await claimOnce(ownership.epoch(), claimMax - owned.claimedCount());
      }
      await watchQueue();
    } catch (error) {
      // The database is away: the next heartbeat asks again, also for what was claimed by a question whose answer is lost.
      if (!(error instanceof StorageUnavailable)) throw error;
    }
  };

  /** Recipients of what is owned, or may be stored as owned by now: nothing of theirs may be claimed past it. */
  const ownedRecipients = (): ReadonlySet<string> => writer.recipients().union(owned.recipients());

  const claimOnce = async (epoch: Epoch, limit: number): Promise<void> => {
    const changes = owned.noteChanges();
    const { dispatcher } = epoch;
    const ownedRecipientIds = [...ownedRecipients()];
    const request = { dispatcher, ownedRecipientIds, limit, now: clock.now() };
    const askedAt = clock.elapsed();
    const recover = isRecoveryDue ? recovery.next(epoch) : null;
    const claims = await dispatch.claim(recover ? { ...request, recover } : request);
    // What is being written for one of these recipients since the question is older than what was queued behind it.
    const writing = writer.recipients();
    if (claims.some(({ message }) => writing.has(message.recipientId))) await writer.settled();
    if (epoch.isOver) return;
    if (recover) {
      isRecoveryDue = false;
      recovery.answered();
    }
    if (claims.length < limit) state.overflowsToQueue = false;
    else again = true;
    const known = claims.length > 0 ? owned.ids() : NONE;
    for (const each of claims) {
      const { id } = each.message;
      // An answer from before may name what has left since; if it has claimed it anew, recovery tells.
      if (!known.has(id) && !changes.requeued.has(id) && !changes.completed.has(id)) add(each, askedAt);
    }
  };

  const add = ({ message, attempts, answerLost, validUntil, blockedBy }: Claim, askedAt: number): void => {
    owned.add(message, { askedAt, claimed: true, attempts, answerLost, validUntil, blockedBy });
    state.maySend.raise();
  };

  /** While nothing may be claimed there is nothing to watch: whatever changes that claims, or the next heartbeat. */
  const watchQueue = async (): Promise<void> => {
    if (!mayClaim()) return;
    const { dispatcher } = ownership.epoch();
    const dueAt = await dispatch.nextDueAt({ dispatcher, ownedRecipientIds: [...ownedRecipients()] });
    cancelDue();
    if (!mayClaim()) return;
    cancelDue = dueAt === null ? () => {} : timer.after(Math.max(1, dueAt - clock.now()), claim);
  };

  /** Nothing has changed since storage was asked, and that was just now. */
  const isAsked = (): boolean => {
    const { at, epoch, partitions, outages } = asked;
    const isSame =
      epoch === ownership.epoch() && partitions === epoch.owned.size && outages === ownership.outages();
    return isSame && !again && clock.elapsed() - at < ASK_MS;
  };

  const stopListening = state.mayClaim.on(claim);
  return {
    claim,
    recover: () => {
      if (isAsked()) return;
      const epoch = ownership.epoch();
      asked = { at: clock.elapsed(), epoch, partitions: epoch.owned.size, outages: ownership.outages() };
      // breakage: never-recover
      isRecoveryDue = true;
      claim();
    },
    settled: () => underWay,
    stop: () => {
      stopListening();
      cancelDue();
    },
  };
};

const NONE: ReadonlySet<string> = new Set();
