import { PARTITIONS, partitionOf } from "#core/domain/message.ts";
import { type Intake, startIntake } from "#core/engine/inbound/batch-writer.ts";
import { startSweeper } from "#core/engine/maintenance/sweeper.ts";
import { type Dispatcher, startDispatcher } from "#core/engine/outbound/dispatcher.ts";
import { createPacing, type Pacing, type PacingOptions } from "#core/engine/outbound/pacing.ts";
import { joinDispatchers, type MembershipKeeper } from "#core/engine/ownership/membership.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";

/** The engine of a process: what carriers bring goes in through the intake, what is to be sent leaves over the links. */
export interface Relay {
  readonly intake: Intake;
  readonly pacing: Pacing;
  /** Messages that this process has to send. */
  inHand(): number;
  /** Stops sending, writes what is known, and leaves the rest to others. The links stay up until this resolves. */
  stop(): Promise<void>;
}

export interface RelayPorts {
  readonly storage: Storage;
  readonly links: readonly CarrierLink[];
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly chance: Chance;
}

export interface RelayOptions extends PacingOptions {
  readonly kind: DispatcherKind;
  readonly messageTtlMs: number;
  readonly fallbackAfterMs: number;
  readonly quarantineMs: number;
  /** Texts are erased this long after their conversation closed; null: never. */
  readonly textRetentionMs: number | null;
  /** Messages are forgotten this long after they were received; null: never. */
  readonly messageRetentionMs: number | null;
  readonly onUnknown?: "resend" | "hold";
  readonly leaseMs?: number;
  readonly heartbeatMs?: number;
  readonly sweepMs?: number;
  readonly partsTimeoutMs?: number;
  readonly receiptGraceMs?: number;
  readonly pruneEvery?: number;
  /** Most messages that this process keeps in memory to send. */
  readonly inHandMax?: number;
}

export const startRelay = async (ports: RelayPorts, options: RelayOptions): Promise<Relay> => {
  const { storage, links, clock, timer, ids, chance } = ports;
  const pacing = createPacing(options, chance);
  // Intake, dispatcher and membership know one another only through these few functions.
  let membership: MembershipKeeper | null = null;
  let dispatcher: Dispatcher;
  const intake = startIntake(
    { traffic: storage.traffic, numbers: storage.numbers, clock, timer, ids },
    { messageTtlMs: options.messageTtlMs },
    {
      dispatcher: () => membership?.id() ?? "",
      mayHold: (recipientId) =>
        (membership?.holds() ?? false) && membership!.owns(partitionOf(recipientId)) && dispatcher.hasRoom(),
      isBehind: () => dispatcher.isBehind(),
      // What was written under an id that has died since is being recovered by others.
      take: (message, writtenBy) => {
        if (writtenBy === membership?.id()) dispatcher.take(message);
      },
      queued: () => dispatcher.claim(),
      fenced: (id) => membership!.fenced(id),
    },
  );
  dispatcher = startDispatcher(
    { links, dispatch: storage.dispatch, clock, timer, chance },
    {
      fallbackAfterMs: options.fallbackAfterMs,
      onUnknown: options.onUnknown ?? "resend",
      quarantineMs: options.quarantineMs,
      ...(options.inHandMax === undefined ? {} : { inHandMax: options.inHandMax }),
    },
    {
      record: intake.record,
      settled: intake.settled,
      pacing,
      dispatcher: () => membership?.id() ?? "",
      maySend: () => membership?.holds() ?? false,
    },
  );
  membership = await joinDispatchers({ dispatch: storage.dispatch, clock, timer, ids }, options, {
    oldestInHand: () => earlier(dispatcher.oldestInHand(), intake.oldestWaiting()),
    handOver: async (partitions, giveUp) => {
      const from = membership?.id();
      await intake.settled();
      // Whoever was to give them up is dead: nothing of ours is to be taken out of hand for that.
      if (from !== membership?.id()) return;
      await dispatcher.handOver(partitions, giveUp);
    },
    dropAll: () => {
      pacing.share(0, clock.elapsed());
      dispatcher.dropAll();
    },
    changed: (owned) => {
      pacing.share(owned / PARTITIONS, clock.elapsed());
      dispatcher.retreatOld();
      dispatcher.claim();
      dispatcher.pump();
    },
  });
  for (const link of links) link.onChange(() => dispatcher.pump());
  const stopListening = storage.dispatch.onWork(() => dispatcher.claim());
  const sweeper = startSweeper({ storage, clock, timer, intake }, options);
  dispatcher.claim();

  return {
    intake,
    pacing,
    inHand: () => dispatcher.inHand(),
    stop: async () => {
      await sweeper.stop();
      stopListening();
      const left = await dispatcher.stop();
      await intake.idle();
      await membership.leave(left);
    },
  };
};

const earlier = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b < a) ? b : a;
