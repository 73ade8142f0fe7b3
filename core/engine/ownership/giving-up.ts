import type { SteadyClock } from "#core/ports/clock.ts";
import type { Dispatch, Membership } from "#core/ports/dispatch.ts";
import type { Journal } from "#core/ports/journal.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { GiveUp, MessageOwner } from "./message-owner.ts";
import type { Epoch, OwnershipState } from "./ownership.ts";

/** Follows what heartbeats answer about partitions: takes those that are ours, gives up those that are owed to others. */
export interface PartitionChanges {
  /** Numbers a heartbeat that is about to be asked. */
  asking(): number;
  /** `askedAs`: the number of the heartbeat that was answered. */
  apply(epoch: Epoch, membership: Membership, askedAs: number): void;
}

export interface PartitionChangesContext {
  readonly dispatch: Pick<Dispatch, "release">;
  readonly clock: Pick<SteadyClock, "elapsed">;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "partitionsTaken" | "partitionsHandedOver">;
  readonly ownership: OwnershipState;
  readonly owner: Pick<MessageOwner, "handOver" | "changed">;
  /** Milliseconds between two tries to give up. */
  readonly retryMs: number;
}

export const createPartitionChanges = ({
  dispatch,
  clock,
  timer,
  journal,
  ownership,
  owner,
  retryMs,
}: PartitionChangesContext): PartitionChanges => {
  let beats = 0;
  /** The last heartbeat that was asked before a partition was given up: what it answers of that partition is outdated. */
  const givenUpAfter = new Map<number, number>();

  /** Repeats until storage has answered, or until others have recovered the messages. */
  const giveUp =
    (epoch: Epoch, partitions: readonly number[], askedAt: number): GiveUp =>
    async (owned, idleMs) => {
      while (!epoch.isOver) {
        try {
          await dispatch.release(epoch.dispatcher, partitions, owned, idleMs);
          journal.partitionsHandedOver({
            partitions: partitions.length,
            messages: owned.length,
            tookMs: clock.elapsed() - askedAt,
          });
          return;
        } catch (error) {
          ignoreUnavailable(error);
          await new Promise<void>((resolve) => timer.after(retryMs, resolve));
        }
      }
    };

  return {
    asking: () => {
      beats += 1;
      return beats;
    },
    apply: (epoch, membership, askedAs) => {
      const isCurrent = (partition: number): boolean =>
        !epoch.leaving.has(partition) && (givenUpAfter.get(partition) ?? 0) < askedAs; // breakage: obey-late-heartbeat
      const release = membership.release.filter(isCurrent);
      const owned = membership.partitions.filter(isCurrent);
      const taken = owned.filter((partition) => !epoch.owned.has(partition)).length;
      ownership.owns(owned);
      if (taken > 0) journal.partitionsTaken({ partitions: taken, owned: owned.length });
      ownership.startLeaving(release);
      owner.changed(membership.idleMs);
      // breakage: never-release
      if (release.length === 0) return;
      void owner.handOver(epoch, release, giveUp(epoch, release, clock.elapsed())).finally(() => {
        for (const partition of release) givenUpAfter.set(partition, beats);
        ownership.left(epoch, release);
        owner.changed(Number.POSITIVE_INFINITY);
      });
    },
  };
};

/** A lost database ends a lease, not the process: the next heartbeat asks again. */
export const ignoreUnavailable = (error: unknown): void => {
  if (!(error instanceof StorageUnavailable)) throw error;
};
