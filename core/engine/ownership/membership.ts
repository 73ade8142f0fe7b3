import { PARTITIONS } from "#core/domain/partition.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Dispatch, DispatcherKind } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";
import { createPartitionChanges, ignoreUnavailable } from "./giving-up.ts";
import type { MessageOwner } from "./message-owner.ts";
import type { Epoch, OwnershipState } from "./ownership.ts";

/** Keeps this process's lease, and its ownership in line with what storage says. */
export interface Membership {
  /** Gives everything up, with the messages that are still owned. `idleMs`: how long ago the rate was last used. */
  leave(owned: readonly RequeuedMessage[], idleMs?: number): Promise<void>;
}

export interface MembershipPorts {
  readonly dispatch: Pick<Dispatch, "join" | "heartbeat" | "release" | "leave" | "onWork">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly journal: Journal;
}

export interface MembershipOptions {
  readonly kind: DispatcherKind;
  readonly leaseMs?: number;
  readonly heartbeatMs?: number;
}

/** A killed process is silent for a lease, at most a heartbeat of another one, and what is left of a second of its rate. */
const LEASE_MS = 2_200;
const HEARTBEAT_MS = 400;
/** Where this process has nothing in hand, so many times longer until the next heartbeat: still two of them before the lease lapses. */
const AT_REST = 1.75;
/** Sending stops this long before others may declare this process expired. */
const LEASE_MARGIN_MS = 700;
/** From our decision to send until a carrier counts it, at most. */
const ARRIVAL_MS = 250;

export const joinDispatchers = async (
  { dispatch, clock, timer, ids, journal }: MembershipPorts,
  { kind, leaseMs = LEASE_MS, ...options }: MembershipOptions,
  ownership: OwnershipState,
  owner: MessageOwner,
): Promise<Membership> => {
  const heartbeatMs = options.heartbeatMs ?? Math.min(HEARTBEAT_MS, leaseMs / 4);
  const heldMs = leaseMs - Math.min(LEASE_MARGIN_MS, leaseMs / 3);
  const silentAfterMs = heldMs + Math.min(ARRIVAL_MS, (leaseMs - heldMs) / 2);
  const partitions = createPartitionChanges({
    ...{ dispatch, clock, timer, journal, ownership, owner },
    retryMs: heartbeatMs,
  });
  let hasLeft = false;
  /** When a heartbeat was last answered, on the steady clock. */
  let heardAt = Number.NEGATIVE_INFINITY;
  /** Partitions are owed to this process by others. */
  let isOwed = false;
  let isBeating = false;
  /** Since when the lease is not known to hold; null: it is. */
  let lostAt: number | null = null;
  let cancelBeat = (): void => {};
  let cancelLapse = (): void => {};

  /** Messages that come later get higher ids, whatever the clock does and however late storage reads this. */
  // breakage: own-nothing
  const recoverFrom = (): string => owner.oldestOwned() ?? ids.next();

  const lapse = (): void => {
    // breakage: lease-lost-in-silence
    if (lostAt === null) journal.leaseLost({ dispatcher: ownership.epoch().dispatcher });
    lostAt ??= clock.elapsed();
    ownership.holdUntil(0);
    owner.changed(Number.POSITIVE_INFINITY);
  };

  const regain = (dispatcher: string): void => {
    if (lostAt !== null) journal.leaseRegained({ dispatcher, lostMs: clock.elapsed() - lostAt });
    lostAt = null;
  };

  const beat = async (): Promise<void> => {
    const epoch = ownership.epoch();
    if (!epoch.hasJoined || isBeating) return;
    isBeating = true;
    const askedAs = partitions.asking();
    // The lease counts from before the question: storage grants it at some instant after.
    const askedAt = clock.now();
    const cancel = timer.after(heldMs, lapse);
    // breakage: expire-after-outage
    const mayExpire = clock.elapsed() - heardAt < leaseMs;
    const { dispatcher } = epoch;
    try {
      const answer = await dispatch
        .heartbeat({ dispatcher, recoverFrom: recoverFrom(), mayExpire })
        .finally(() => {
          isBeating = false;
        });
      heardAt = clock.elapsed();
      if (epoch.isOver || hasLeft) return cancel();
      if (answer === "fenced") {
        cancel();
        return await ownership.renew(epoch);
      }
      cancelLapse();
      cancelLapse = cancel;
      ownership.holdUntil(askedAt + heldMs);
      regain(dispatcher);
      // breakage: recover-in-silence
      if (answer.recovered.dispatchers > 0) journal.messagesRecovered(answer.recovered);
      owner.heard(askedAt, answer.storageNow);
      owner.controlLinks(answer.linkSettings);
      isOwed = kind === "gateway" && answer.partitions.length < Math.floor(PARTITIONS / answer.dispatchers);
      partitions.apply(epoch, answer, askedAs);
    } catch (error) {
      cancel();
      ignoreUnavailable(error);
      ownership.noteOutage();
    }
  };

  const beatOn = (): void => {
    cancelBeat = timer.after(owner.oldestOwned() === null ? AT_REST * heartbeatMs : heartbeatMs, () => {
      void beat().finally(() => {
        if (!hasLeft) beatOn();
      });
    });
  };

  const join = ({ dispatcher: id }: Epoch): Promise<void> =>
    dispatch.join({ id, kind, leaseMs, silentAfterMs, recoverFrom: recoverFrom() });

  const joinAgain = async (epoch: Epoch): Promise<void> => {
    while (!hasLeft) {
      try {
        await join(epoch);
        break;
      } catch (error) {
        ignoreUnavailable(error);
        await new Promise<void>((resolve) => timer.after(heartbeatMs, resolve));
      }
    }
    ownership.joined(epoch);
    // It may be expired again by its first heartbeat.
    if (!hasLeft) await beat();
  };

  ownership.ended.on(() => {
    cancelLapse();
    // breakage: keep-after-fencing
    const messages = owner.discardAll();
    // breakage: fenced-in-silence
    journal.fenced({ dispatcher: ownership.epoch().dispatcher, messages });
    void joinAgain(ownership.epoch());
  });
  // Partitions that others have just given up are announced as work.
  const stopListening = dispatch.onWork(() => {
    if (isOwed) void beat();
  });
  await join(ownership.epoch());
  ownership.joined(ownership.epoch());
  await beat();
  beatOn();

  return {
    leave: async (owned, idleMs = 0) => {
      hasLeft = true;
      stopListening();
      cancelBeat();
      cancelLapse();
      ownership.owns([]);
      ownership.holdUntil(0);
      await dispatch.leave(ownership.epoch().dispatcher, owned, idleMs);
    },
  };
};
