import { PARTITIONS } from "#core/domain/partition.ts";
import { type BatchWriter, startBatchWriter } from "#core/engine/inbound/batch-writer.ts";
import { startSweeper } from "#core/engine/maintenance/sweeper.ts";
import { startDispatcher } from "#core/engine/outbound/dispatcher.ts";
import { createOutboundSide } from "#core/engine/outbound/outbound-side.ts";
import { createOutboundState } from "#core/engine/outbound/outbound-state.ts";
import { createPacing, type Pacing, type PacingOptions } from "#core/engine/outbound/pacing.ts";
import { joinDispatchers } from "#core/engine/ownership/membership.ts";
import { createOwnership } from "#core/engine/ownership/ownership.ts";
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
  /** When the oldest message came that waits here to leave or to be written; null: none does. */
  oldestAt(): number | null;
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
  const { dispatch, traffic, numbers } = storage;
  const pacing = createPacing(options, chance);
  const ownership = createOwnership(clock, ids);
  const state = createOutboundState({ ...options, links, pacing, clock, chance });
  const writer = startBatchWriter(
    { traffic, numbers, clock, timer, ids },
    options,
    createOutboundSide(state, ownership),
  );
  const dispatcher = startDispatcher(
    { links, dispatch, clock, timer, chance, ids },
    { fallbackAfterMs: options.fallbackAfterMs, onUnknown: options.onUnknown ?? "resend" },
    { state, ownership, writer, pacing },
  );
  const oldestOwned = (): string | null => earlier(state.owned.oldest(), writer.oldestWaiting());
  const membership = await joinDispatchers({ dispatch, clock, timer, ids }, options, ownership, {
    oldestOwned,
    handOver: dispatcher.handOver,
    discardAll: () => {
      pacing.share(0, clock.elapsed(), Number.POSITIVE_INFINITY);
      state.owned.discardAll();
    },
    changed: (idleMs) => {
      pacing.share(ownership.epoch().owned.size / PARTITIONS, clock.elapsed(), idleMs);
      dispatcher.review();
    },
  });
  const sweeper = startSweeper({ storage, clock, timer, writer }, options);

  return {
    writer,
    pacing,
    ownedCount: state.queues.size,
    oldestAt: () => {
      const oldest = oldestOwned();
      return oldest === null ? null : timeOfId(oldest);
    },
    stop: async () => {
      await sweeper.stop();
      const left = await dispatcher.stop();
      await writer.idle();
      const at = clock.elapsed();
      pacing.share(0, at);
      await membership.leave(left, pacing.idleMs(at));
    },
  };
};

/** Ids begin with the milliseconds of Unix time at which they were made (RFC 9562 §5.7). */
const timeOfId = (id: string): number => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);

const earlier = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b < a) ? b : a;
