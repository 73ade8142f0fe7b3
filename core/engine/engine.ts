import { PARTITIONS } from "#core/domain/partition.ts";
import { type BatchWriter, startBatchWriter } from "#core/engine/inbound/batch-writer.ts";
import { LINGER_MAX } from "#core/engine/inbound/writer-shards.ts";
import { startAsker } from "#core/engine/maintenance/asker.ts";
import { createExcessCount } from "#core/engine/maintenance/excess-count.ts";
import type { PolicyMeasures } from "#core/engine/maintenance/policy-measures.ts";
import type { QuestionerOptions } from "#core/engine/maintenance/questioner.ts";
import { startSweeper } from "#core/engine/maintenance/sweeper.ts";
import { createDepartureMeasures, type DepartureMeasures } from "#core/engine/outbound/departure-measures.ts";
import { startDispatcher } from "#core/engine/outbound/dispatcher.ts";
import { createFailureCounts, type FailureCount } from "#core/engine/outbound/failure-counts.ts";
import { leavesAtOnce, startFeeder } from "#core/engine/outbound/feeder.ts";
import { createLinkControl } from "#core/engine/outbound/link-control.ts";
import { createOutboundSide } from "#core/engine/outbound/outbound-side.ts";
import { createOutboundState } from "#core/engine/outbound/outbound-state.ts";
import { createPacing, type Pacing, type PacingOptions } from "#core/engine/outbound/pacing.ts";
import { joinDispatchers } from "#core/engine/ownership/membership.ts";
import { createOwnership } from "#core/engine/ownership/ownership.ts";
import {
  ClockSkewed,
  createSkewTeller,
  createStorageClock,
  isSkewed,
} from "#core/engine/ownership/storage-clock.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Policy } from "#core/ports/policy.ts";
import type { ByExcess } from "#core/ports/reconciliation.ts";
import { rulesOf } from "#core/ports/services.ts";
import { spendingWithin } from "#core/ports/spending.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { createSignal } from "#core/structures/signal.ts";

/** The engine of a process: what carriers bring goes in through the writer, what is to be sent leaves over the links. */
export interface Engine {
  readonly writer: BatchWriter;
  readonly pacing: Pacing;
  /** The time of day of storage, as far as is known. */
  readonly clock: SteadyClock;
  /** Messages that this process has to send. */
  ownedCount(): number;
  /** Partitions of recipients that this process sends for. */
  ownedPartitions(): number;
  readonly departures: Pick<DepartureMeasures, "messages" | "relaySeconds">;
  /** Texts that did not arrive, by link and code. */
  failures(): readonly FailureCount[];
  /** What became of the questions to policies. */
  readonly policy: PolicyMeasures;
  /** Texts that wait here until the policy has been asked. */
  askedCount(): number;
  /** What this process has forgotten because more came than is kept. */
  dropped(): ByExcess;
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
  readonly journal: Journal;
  /**
   * Asked about the texts of services whose rules say so; all processes of an installation have the same. Without one, the services' own
   * choice is taken for those texts.
   */
  readonly policy?: Policy;
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
  readonly eventRetentionMs?: number;
  /** Segments of a day that broadcasts may take, with what the API counts; null: any number. */
  readonly spendCap?: number | null;
  readonly onUnknown?: "resend" | "hold";
  readonly leaseMs?: number;
  readonly heartbeatMs?: number;
  readonly sweepMs?: number;
  readonly partsTimeoutMs?: number;
  readonly receiptGraceMs?: number;
  readonly pruneEvery?: number;
  readonly policyOptions?: QuestionerOptions;
  /** Most messages that this process keeps in memory to send. */
  readonly ownedMax?: number;
}

/** Rejects with {@link ClockSkewed} where the clocks of this process and of storage differ by more than 30 seconds. */
export const startEngine = async (ports: EnginePorts, options: EngineOptions): Promise<Engine> => {
  const { storage, links, timer, ids, chance, journal } = ports;
  // Leases go by this process's own clock, all else by that of storage.
  const clock = createStorageClock(ports.clock);
  const tellSkew = createSkewTeller(clock, (skewMs) => journal.clockSkewed({ skewMs }));
  const { dispatch, traffic, numbers, services } = storage;
  const pacing = createPacing(options, chance);
  const ownership = createOwnership(ports.clock, ids);
  const state = createOutboundState({ ...options, links, pacing, clock, chance });
  const failures = createFailureCounts((link, code) => {
    if (link === "receipt") journal.notDelivered({ code });
  });
  const departures = createDepartureMeasures(links.map(({ name }) => name));
  const asked = createSignal();
  const writer = startBatchWriter(
    { traffic, numbers, services, sums: storage.sums, clock, timer, ids, journal },
    {
      ...{ ...options, lingerMax: lingerMaxOf(links) },
      ...{ onFailedReceipt: (code) => failures.add("receipt", code), onAsked: asked.raise },
    },
    createOutboundSide(state, ownership),
  );
  const dispatcher = startDispatcher(
    { links, dispatch, clock, timer, chance, ids, journal },
    { fallbackAfterMs: options.fallbackAfterMs, onUnknown: options.onUnknown ?? "resend" },
    { state, ownership, writer, pacing, failures, departures },
  );
  const control = createLinkControl({ links, pacing, clock, journal });
  const oldestOwned = (): string | null => earlier(state.owned.oldest(), writer.oldestWaiting());
  const joining = { dispatch, clock: ports.clock, timer, ids, journal };
  const membership = await joinDispatchers(joining, options, ownership, {
    heard: (askedAt, storageNow) => {
      clock.learn(askedAt, storageNow);
      tellSkew(clock.skewMs());
    },
    controlLinks: control.apply,
    oldestOwned,
    handOver: dispatcher.handOver,
    discardAll: () => {
      const messages = state.queues.size();
      pacing.share(0, clock.elapsed(), Number.POSITIVE_INFINITY);
      state.owned.discardAll();
      return messages;
    },
    changed: (idleMs) => {
      pacing.share(ownership.epoch().owned.size / PARTITIONS, clock.elapsed(), idleMs);
      dispatcher.review();
    },
  });
  if (isSkewed(clock.skewMs())) {
    await membership.leave(await dispatcher.stop());
    throw new ClockSkewed(clock.skewMs());
  }
  const excess = createExcessCount(journal.excessDropped);
  const sweeper = startSweeper(
    {
      ...{ storage, clock, timer, writer, journal },
      owned: () => Iterator.from(state.owned).map(({ message }) => message),
    },
    { ...options, onExcess: excess.add },
  );
  const asker = startAsker(
    { ...storage, writer, policy: ports.policy ?? null, clock, timer, journal },
    {
      ...options.policyOptions,
      messageTtlMs: options.messageTtlMs,
      partitions: () => (ownership.holds() ? [...ownership.epoch().owned] : []),
    },
  );
  asked.on(asker.wake);

  const { sums, events } = storage;
  const spending = spendingWithin(options.spendCap ?? null, {
    ...{ sums, events, clock },
    rulesOf: rulesOf(storage.services, { messageTtlMs: options.messageTtlMs }),
  });
  const feeder = startFeeder({ storage, clock, timer, ids, spending }, options, () =>
    leavesAtOnce(state.queues, clock),
  );

  return {
    writer,
    pacing,
    clock,
    ownedCount: state.queues.size,
    ownedPartitions: () => ownership.epoch().owned.size,
    departures,
    policy: asker.measures,
    askedCount: asker.waiting,
    dropped: excess.total,
    failures: failures.counts,
    oldestAt: () => {
      const oldest = oldestOwned();
      return oldest === null ? null : timeOfId(oldest);
    },
    stop: async () => {
      await feeder.stop();
      await asker.stop();
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

/** What waits to be written counts against the window of its link, which must not fill up with it. */
const lingerMaxOf = (links: readonly CarrierLink[]): number => {
  const smallest = Math.min(...links.map((link) => link.status().window));
  return Math.max(1, Math.min(LINGER_MAX, Math.floor(smallest / 4)));
};
