import type { WaitingText } from "#core/domain/delay.ts";
import { EVENT_RETENTION_MS } from "#core/domain/retention.ts";
import type { Clock } from "#core/ports/clock.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { closeEnded } from "./closing.ts";
import type { MaintenanceOptions, MaintenancePorts } from "./context.ts";
import { createDelayNotices } from "./delay-notices.ts";
import { dropExcess } from "./excess.ts";
import { createFailureNotices } from "./failure-notices.ts";
import { eraseJoinedParts, joinRipeParts } from "./parts.ts";
import { expireOverdue, expireUnreceipted, matchReceipts } from "./reconciliation.ts";
import { prune } from "./retention.ts";

export interface SweeperPorts extends MaintenancePorts {
  readonly clock: Clock;
  readonly timer: Timer;
  /** What this process has in hand to send; absent: nothing. */
  readonly owned?: () => Iterable<WaitingText>;
}

export interface SweeperOptions extends MaintenanceOptions {
  readonly sweepMs?: number;
  /** Every how many sweeps what is rare is looked for. */
  readonly pruneEvery?: number;
}

const SWEEP_MS = 1_000;
/** Where nothing was to be done, so many times longer until the next look: what a process at rest costs is its questions. */
const AT_REST = 2;
/** Who wrote what has failed, or waits, can wait some seconds to hear of it. */
const NOTICES_EVERY = 5;
/** Pruning looks at much for little: every hundredth sweep is enough. */
const PRUNE_EVERY = 100;

/**
 * The safety nets, swept every second or two by every process: conversations that have ended, receipts and parts that two
 * concurrent writes could not see of each other, messages whose time is over. Sweeping twice at once changes nothing.
 */
export const startSweeper = (ports: SweeperPorts, options: SweeperOptions): { stop(): Promise<void> } => {
  const { clock, timer } = ports;
  const { sweepMs = SWEEP_MS, pruneEvery = PRUNE_EVERY } = options;
  let stopped = false;
  let sweeps = 0;
  let sweeping: Promise<void> = Promise.resolve();
  let cancel = (): void => {};
  const failureNotices = createFailureNotices(ports.storage, options);
  const delayNotices = createDelayNotices({ ...ports.storage, owned: ports.owned ?? (() => []) }, options);

  const turn = async (): Promise<void> => {
    const place = sweeps++;
    const hasFound = await sweep(ports, options, clock.now(), place % pruneEvery === 0);
    if (place % NOTICES_EVERY === 0) {
      await unlessLost(() => failureNotices.tell(clock.now()));
      await unlessLost(() => delayNotices.tell(clock.now()));
    }
    if (!stopped) next(hasFound ? sweepMs : AT_REST * sweepMs);
  };
  const next = (ms: number): void => {
    cancel = timer.after(ms, () => {
      sweeping = turn();
    });
  };
  next(sweepMs);

  return {
    stop: async () => {
      stopped = true;
      cancel();
      await sweeping;
    },
  };
};

/** One sweep; `rare` too, if asked for. What lost storage prevents is left to the next one. Answers whether something was due. */
export const sweep = async (
  ports: MaintenancePorts,
  options: MaintenanceOptions,
  now: number,
  rare: boolean,
): Promise<boolean> => {
  let hasFound = false;
  await unlessLost(async () => {
    const due = await ports.storage.reconciliation.due(now);
    hasFound = Object.values(due).includes(true);
    if (due.conversations) await closeEnded(ports, options, now);
    if (due.receipts) await matchReceipts(ports);
    if (due.parts) await joinRipeParts(ports, options, now);
    if (due.messages) await expireOverdue(ports, now);
    if (!rare) return;
    await expireUnreceipted(ports, options, now);
    await eraseJoinedParts(ports, options, now);
    await prune(ports, options, now);
    await dropExcess(ports, options);
  });
  if (!rare) return hasFound;
  const { reconciliation, events, broadcasts } = ports.storage;
  const { messageRetentionMs, eventRetentionMs = EVENT_RETENTION_MS } = options;
  await unlessLost(() => reconciliation.createPartitions(now));
  if (messageRetentionMs !== null)
    await unlessLost(() => reconciliation.dropPartitions(now - messageRetentionMs));
  if (messageRetentionMs !== null) await unlessLost(() => broadcasts.prune(now - messageRetentionMs));
  await unlessLost(() => events.rotate(now, now - eventRetentionMs));
  return hasFound;
};

const unlessLost = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
  }
};
