import { partitionOf } from "#core/domain/partition.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { createSignal, type Signal } from "#core/structures/signal.ts";

/**
 * One life of this process among the dispatchers: from joining until others declare it expired. Whoever asks storage for something
 * keeps the epoch in which it asked; an answer in an epoch that is over is void, since others have recovered what it speaks of.
 */
export interface Epoch {
  /** The id under which this process writes during the epoch: a UUID. */
  readonly dispatcher: string;
  readonly isOver: boolean;
  /** Storage knows of it. */
  readonly hasJoined: boolean;
  /** Partitions that are ours and stay with us. */
  readonly owned: ReadonlySet<number>;
  /** Partitions on their way to others: nothing of them is started or taken. */
  readonly leaving: ReadonlySet<number>;
}

/** The epoch of this process and what it owns: kept by the membership, read by the batch writer and by whoever sends. */
export interface Ownership {
  epoch(): Epoch;
  /** Whether the lease is known to hold: while it is not, another process may be sending what this one owns. */
  holds(): boolean;
  /** Whether new messages for this recipient may be owned from their insertion on. */
  mayOwn(recipientId: string): boolean;
  /** How often storage has not answered a heartbeat so far: what it knew before may be forgotten since. */
  outages(): number;
  /** `epoch` was found to be over: another one begins, unless that has happened. Resolves when the newest epoch has joined. */
  renew(epoch: Epoch): Promise<void>;
}

/** What the membership alone may do to the ownership. */
export interface OwnershipState extends Ownership {
  /** Raised when an epoch has just ended and the next one has not joined. */
  readonly ended: Signal;
  joined(epoch: Epoch): void;
  noteOutage(): void;
  /** Until when (milliseconds since 1970) the lease holds; 0: it does not. */
  holdUntil(until: number): void;
  owns(partitions: Iterable<number>): void;
  startLeaving(partitions: readonly number[]): void;
  /** These have been given up in `epoch`. */
  left(epoch: Epoch, partitions: readonly number[]): void;
}

interface Life extends Epoch {
  isOver: boolean;
  hasJoined: boolean;
  owned: Set<number>;
  readonly leaving: Set<number>;
  holdsUntil: number;
  readonly joined: PromiseWithResolvers<void>;
}

export const createOwnership = (clock: Clock, ids: Ids): OwnershipState => {
  let life = createLife(ids.next());
  let outages = 0;
  const ended = createSignal();
  // Both are checked: a paused process wakes with late timers, and a clock that was set back needs the timer.
  // breakage: send-without-lease
  const holds = (): boolean => clock.now() < life.holdsUntil;
  return {
    ended,
    epoch: () => life,
    outages: () => outages,
    noteOutage: () => {
      outages += 1;
    },
    holds,
    // breakage: own-others-partitions
    mayOwn: (recipientId) => holds() && life.owned.has(partitionOf(recipientId)),
    renew: (epoch) => {
      // An epoch that has not joined yet cannot have been declared expired: its joining is under way.
      if (epoch === life && life.hasJoined) {
        life.isOver = true;
        life = createLife(ids.next());
        ended.raise();
      }
      return life.joined.promise;
    },
    joined: (epoch) => {
      if (epoch !== life) return;
      life.hasJoined = true;
      life.joined.resolve();
    },
    holdUntil: (until) => {
      life.holdsUntil = until;
    },
    owns: (partitions) => {
      life.owned = new Set(partitions);
    },
    startLeaving: (partitions) => {
      for (const partition of partitions) {
        life.leaving.add(partition);
        life.owned.delete(partition);
      }
    },
    left: (epoch, partitions) => {
      if (epoch === life) for (const partition of partitions) life.leaving.delete(partition);
    },
  };
};

const createLife = (dispatcher: string): Life => ({
  dispatcher,
  isOver: false,
  hasJoined: false,
  owned: new Set(),
  leaving: new Set(),
  holdsUntil: 0,
  joined: Promise.withResolvers(),
});
