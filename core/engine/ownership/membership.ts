import type { Clock } from "#core/ports/clock.ts";
import type { Dispatch, DispatcherKind, Membership } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";

/** This process's place among the dispatchers: the id it writes under, and the partitions that it serves. */
export interface MembershipKeeper {
  id(): string;
  owns(partition: number): boolean;
  /** Whether the lease is known to hold: while it is not, another process may be sending what we have in hand. */
  holds(): boolean;
  /** `id` was declared dead: takes up a new one. Resolves when there is one. */
  fenced(id: string): Promise<void>;
  /** One heartbeat, now. */
  beat(): Promise<void>;
  /** Gives everything up. */
  leave(inHand: readonly RequeuedMessage[]): Promise<void>;
}

export interface MembershipPorts {
  readonly dispatch: Pick<Dispatch, "join" | "heartbeat" | "release" | "leave">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
}

export interface MembershipOptions {
  readonly kind: DispatcherKind;
  readonly leaseMs?: number;
  readonly heartbeatMs?: number;
}

/** What the membership asks of whoever holds the messages. */
export interface MessageOwner {
  /** The oldest message that is in hand or on its way into it; null when there is none. */
  oldestOwned(): string | null;
  /**
   * Empties the hand of these partitions: when nothing of them is under way, what is left goes to `giveUp`, and counts as
   * in hand until that is done.
   */
  handOver(
    partitions: readonly number[],
    giveUp: (inHand: readonly RequeuedMessage[]) => Promise<void>,
  ): Promise<void>;
  /** All that was in hand belongs to others now. */
  discardAll(): void;
  /** Partitions or lease have changed; `owned` is how many partitions are ours and stay with us. */
  changed(owned: number): void;
}

const LEASE_MS = 6_000;
const HEARTBEAT_MS = 1_000;
/** We stop sending this long before anybody may declare us dead. */
const LEASE_MARGIN_MS = 1_000;

export const joinDispatchers = async (
  { dispatch, clock, timer, ids }: MembershipPorts,
  options: MembershipOptions,
  holder: MessageOwner,
): Promise<MembershipKeeper> => {
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const heartbeatMs = options.heartbeatMs ?? Math.min(HEARTBEAT_MS, leaseMs / 4);
  const marginMs = Math.min(LEASE_MARGIN_MS, leaseMs / 4);
  let id = ids.next();
  let owned = new Set<number>();
  let holds = false;
  /** Timers are late in a process that stood still, the clock is not; and timers are right where the clock is set back. */
  let holdsUntil = 0;
  let left = false;
  let rejoining: Promise<void> | null = null;
  let cancelBeat = (): void => {};
  let cancelLapse = (): void => {};
  /** Partitions on their way to others. */
  let leaving = new Set<number>();
  let beats = 0;
  /** The last heartbeat that was asked for before a partition was given up: what it answers of that partition is old. */
  const givenUpAfter = new Map<number, number>();

  /** What comes from now on gets higher ids, whatever the clock does meanwhile and however late storage reads this. */
  // breakage: own-nothing
  const recoverFrom = (): string => holder.oldestOwned() ?? ids.next();

  const lapse = (): void => {
    holds = false;
    holder.changed(owned.size);
  };

  const take = (membership: Membership, askedAs: number): void => {
    const isOurs = (partition: number): boolean =>
      !leaving.has(partition) && (givenUpAfter.get(partition) ?? 0) < askedAs; // breakage: obey-late-heartbeat
    owned = new Set(membership.partitions.filter(isOurs));
    const release = membership.release.filter(isOurs);
    const ours = leaving;
    for (const partition of release) {
      ours.add(partition);
      owned.delete(partition);
    }
    holder.changed(owned.size);
    // breakage: never-release
    if (release.length === 0) return;
    const from = id;
    void holder
      .handOver(release, (inHand) => giveUp(from, release, inHand))
      .finally(() => {
        for (const partition of release) {
          givenUpAfter.set(partition, beats);
          ours.delete(partition);
        }
      });
  };

  /** What left the hand must reach the queue, however long that takes; unless others have recovered it already. */
  const giveUp = async (
    from: string,
    partitions: readonly number[],
    inHand: readonly RequeuedMessage[],
  ): Promise<void> => {
    while (from === id) {
      try {
        await dispatch.release(from, partitions, inHand);
        return;
      } catch (error) {
        ignoreLoss(error);
        await new Promise<void>((resolve) => timer.after(heartbeatMs, resolve));
      }
    }
  };

  const beat = async (): Promise<void> => {
    const from = id;
    const askedAs = ++beats;
    // The lease counts from before the question: storage grants it at some instant after.
    const until = clock.now() + leaseMs - marginMs;
    const cancel = timer.after(leaseMs - marginMs, lapse);
    try {
      const membership = await dispatch.heartbeat({ dispatcher: from, recoverFrom: recoverFrom() });
      if (from !== id || left) return cancel();
      if (membership === "fenced") {
        cancel();
        return await fenced(from);
      }
      cancelLapse();
      cancelLapse = cancel;
      holds = true;
      holdsUntil = until;
      take(membership, askedAs);
    } catch (error) {
      cancel();
      ignoreLoss(error);
    }
  };

  const beatOn = (): void => {
    cancelBeat = timer.after(heartbeatMs, () => {
      void beat().finally(() => {
        if (!left) beatOn();
      });
    });
  };

  const fenced = (old: string): Promise<void> => {
    if (old !== id) return rejoining ?? Promise.resolve();
    if (rejoining) return rejoining;
    cancelLapse();
    holds = false;
    owned = new Set();
    leaving = new Set();
    // From here on, answers to what the dead one asked find that it is not us.
    id = ids.next();
    // breakage: keep-after-fencing
    holder.discardAll();
    rejoining = rejoin(id).finally(() => {
      rejoining = null;
    });
    // Whoever waits may go on when the new one has joined; it may even be dead again by its first heartbeat.
    return rejoining.then(beat);
  };

  const rejoin = async (next: string): Promise<void> => {
    while (!left) {
      try {
        return await dispatch.join({ id: next, kind: options.kind, leaseMs, recoverFrom: recoverFrom() });
      } catch (error) {
        ignoreLoss(error);
        await new Promise<void>((resolve) => timer.after(heartbeatMs, resolve));
      }
    }
  };

  await dispatch.join({ id, kind: options.kind, leaseMs, recoverFrom: recoverFrom() });
  await beat();
  beatOn();

  return {
    id: () => id,
    owns: (partition) => owned.has(partition),
    // breakage: send-without-lease
    holds: () => holds && clock.now() < holdsUntil,
    fenced,
    beat,
    leave: async (inHand) => {
      left = true;
      cancelBeat();
      cancelLapse();
      owned = new Set();
      holds = false;
      await dispatch.leave(id, inHand);
    },
  };
};

/** A lost database ends a lease, not the process: the next heartbeat asks again. */
const ignoreLoss = (error: unknown): void => {
  if (!(error instanceof StorageUnavailable)) throw error;
};
