import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { Epoch, Ownership } from "#core/engine/ownership/ownership.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { InsertedRange, Recovery } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { OwnedMessages } from "./owned-messages.ts";

/**
 * What to ask storage back, so that nothing is its own as this process's and nobody's in truth. What was claimed costs little and is asked
 * for each time. What was inserted as owned is looked for once, a while after it was written; and after each outage again, as
 * far back as a database that failed over may have forgotten.
 */
export interface RecoveryPlan {
  /** What to ask for in this epoch now. */
  next(epoch: Epoch): Recovery;
  /** Storage has done what was last asked for. */
  answered(): void;
}

export interface RecoveryPlanContext {
  readonly owned: OwnedMessages;
  readonly ownership: Pick<Ownership, "outages">;
  readonly writer: Pick<BatchWriter, "oldestWaiting">;
  readonly clock: SteadyClock;
  readonly ids: Ids;
}

/** Between two looks for what was inserted as owned. */
export const LOOK_MS = 60_000;
/** Looks that an outage goes back. */
const LOOKS_BACK = 10;

export const createRecoveryPlan = (context: RecoveryPlanContext): RecoveryPlan => {
  const { owned, ownership, writer, clock, ids } = context;
  let current: Epoch | null = null;
  /** Up to which id each look went, oldest first. */
  let looks: string[] = [];
  let lookedAt = 0;
  let outages = 0;
  let commit = (): void => {};

  /** No message with a lower id is still to be written. */
  const bound = (): string => writer.oldestWaiting() ?? ids.next();

  const startEpoch = (epoch: Epoch): void => {
    current = epoch;
    looks = [bound()];
    lookedAt = clock.elapsed();
    outages = ownership.outages();
  };

  const nextRange = (): InsertedRange | null => {
    const isAfterOutage = ownership.outages() !== outages;
    if (!isAfterOutage && clock.elapsed() - lookedAt < LOOK_MS) return null;
    const from = isAfterOutage ? looks[0]! : looks.at(-1)!;
    const before = bound();
    const asked = { outages: ownership.outages(), lookedAt: clock.elapsed() };
    commit = () => {
      ({ outages, lookedAt } = asked);
      looks = [...looks, before].slice(-LOOKS_BACK);
    };
    return { ownedIds: [...owned.ids()], from, before };
  };

  return {
    next: (epoch) => {
      if (epoch !== current) startEpoch(epoch);
      commit = () => {};
      return { claimedIds: owned.claimedIds(), inserted: nextRange() };
    },
    answered: () => commit(),
  };
};
