import { PARTITIONS, partitionOf } from "#core/domain/message.ts";
import { type BatchWriter, startBatchWriter } from "#core/engine/inbound/batch-writer.ts";
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

/** The engine of a process: what carriers bring goes in through the writer, what is to be sent leaves over the links. */
export interface Engine {
  readonly writer: BatchWriter;
  readonly pacing: Pacing;
  /** Messages that this process has to send. */
  ownedCount(): number;
  /** Stops sending, writes what is known, and leaves the rest to others. The links stay up until this resolves. */
  stop(): Promise<void>;
}

export interface EnginePorts {
  readonly storage: Storage;
  readonly links: readonly CarrierLink[];
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly chance: Chance;
}

export interface EngineOptions extends PacingOptions {
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
  readonly ownedMax?: number;
}

export const startEngine = async (ports: EnginePorts, options: EngineOptions): Promise<Engine> => {
  const { storage, links, clock, timer, ids, chance } = ports;
  const pacing = createPacing(options, chance);
  // Intake, dispatcher and membership know one another only through these few functions.
  let membership: MembershipKeeper | null = null;
  let dispatcher: Dispatcher;
  const writer = startBatchWriter(
    { traffic: storage.traffic, numbers: storage.numbers, clock, timer, ids },
    { messageTtlMs: options.messageTtlMs },
    {
      dispatcher: () => membership?.id() ?? "",
      mayOwn: (recipientId) =>
        (membership?.holds() ?? false) && membership!.owns(partitionOf(recipientId)) && dispatcher.hasRoom(), // breakage: own-others-partitions
      isBehind: () => dispatcher.isBehind(),
      // What was written under an id that has died since is being recovered by others.
      own: (message, writtenBy) => {
        // breakage: own-under-expired-name
        if (writtenBy === membership?.id()) dispatcher.add(message);
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
      ...(options.ownedMax === undefined ? {} : { ownedMax: options.ownedMax }),
    },
    {
      record: writer.record,
      settled: writer.settled,
      pacing,
      dispatcher: () => membership?.id() ?? "",
      maySend: () => membership?.holds() ?? false,
    },
  );
  membership = await joinDispatchers({ dispatch: storage.dispatch, clock, timer, ids }, options, {
    oldestOwned: () => earlier(dispatcher.oldestOwned(), writer.oldestWaiting()),
    handOver: async (partitions, giveUp) => {
      const from = membership?.id();
      await writer.settled();
      // Whoever was to give them up is dead: nothing of ours is to be taken out of hand for that.
      if (from !== membership?.id()) return;
      await dispatcher.handOver(partitions, giveUp);
    },
    discardAll: () => {
      pacing.share(0, clock.elapsed());
      dispatcher.discardAll();
    },
    changed: (owned) => {
      pacing.share(owned / PARTITIONS, clock.elapsed());
      dispatcher.requeueOld();
      dispatcher.claim();
      dispatcher.pump();
    },
  });
  for (const link of links) link.onChange(() => dispatcher.pump());
  const stopListening = storage.dispatch.onWork(() => dispatcher.claim());
  const sweeper = startSweeper({ storage, clock, timer, writer }, options);
  dispatcher.claim();

  return {
    writer,
    pacing,
    ownedCount: () => dispatcher.ownedCount(),
    stop: async () => {
      await sweeper.stop();
      stopListening();
      const left = await dispatcher.stop();
      await writer.idle();
      await membership.leave(left);
    },
  };
};

const earlier = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b < a) ? b : a;
