import { endOf } from "#core/domain/conversation.ts";
import type { FinalOutcome } from "#core/domain/message.ts";
import { combineReceipts } from "#core/domain/receipt.ts";
import { MEMORY_MS, RECEIPT_GRACE_MS } from "#core/domain/retention.ts";
import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { Facts } from "#core/engine/inbound/context.ts";
import type { Clock } from "#core/ports/clock.ts";
import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";

export interface SweeperPorts {
  readonly storage: Pick<Storage, "conversations" | "reconciliation" | "idempotency">;
  readonly writer: Pick<BatchWriter, "record" | "join">;
  readonly clock: Clock;
  readonly timer: Timer;
}

export interface SweeperOptions {
  readonly messageTtlMs: number;
  readonly quarantineMs: number;
  readonly textRetentionMs: number | null;
  /** At least `retentionMinMs`; null: for ever. */
  readonly messageRetentionMs: number | null;
  readonly sweepMs?: number;
  /** How long the parts of a long text are waited for (30 minutes, as Kannel does). */
  readonly partsTimeoutMs?: number;
  readonly receiptGraceMs?: number;
  /** Every how many sweeps what is rare is looked for. */
  readonly pruneEvery?: number;
}

const SWEEP_MS = 1_000;
/** How much one sweep does of each kind; the next one goes on. */
const SWEEP_MAX = 500;
const PARTS_TIMEOUT_MS = 30 * 60_000;
/** Pruning looks at much for little: every hundredth sweep is enough. */
const PRUNE_EVERY = 100;

/**
 * The safety nets, swept once a second by every process: conversations that have ended, receipts and parts that two
 * concurrent writes could not see of each other, messages whose time is over. Sweeping twice at once changes nothing.
 */
export const startSweeper = (ports: SweeperPorts, options: SweeperOptions): { stop(): Promise<void> } => {
  const { clock, timer } = ports;
  const sweepMs = options.sweepMs ?? SWEEP_MS;
  let stopped = false;
  let sweeps = 0;
  let sweeping: Promise<void> = Promise.resolve();
  let cancel = (): void => {};

  const next = (): void => {
    cancel = timer.after(sweepMs, () => {
      sweeping = sweep(
        ports,
        options,
        clock.now(),
        sweeps++ % (options.pruneEvery ?? PRUNE_EVERY) === 0,
      ).then(() => {
        if (!stopped) next();
      });
    });
  };
  next();

  return {
    stop: async () => {
      stopped = true;
      cancel();
      await sweeping;
    },
  };
};

/** One sweep. What a lost database prevents is left to the next one. */
export const sweep = async (
  ports: SweeperPorts,
  options: SweeperOptions,
  now: number,
  prune: boolean,
): Promise<void> => {
  await unlessLost(() => mend(ports, options, now, prune));
  if (!prune) return;
  const { reconciliation } = ports.storage;
  const { messageRetentionMs } = options;
  await unlessLost(() => reconciliation.createPartitions(now));
  if (messageRetentionMs !== null)
    await unlessLost(() => reconciliation.dropPartitions(now - messageRetentionMs));
};

const unlessLost = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
  }
};

const mend = async (
  ports: SweeperPorts,
  options: SweeperOptions,
  now: number,
  prune: boolean,
): Promise<void> => {
  const { reconciliation, conversations, idempotency } = ports.storage;
  await closeEnded(ports, options, now);
  await reconciliation.matchParked(SWEEP_MAX);
  // breakage: ignore-part-receipts
  await foldParts(ports);
  for (const parts of await reconciliation.ripeParts(
    now - (options.partsTimeoutMs ?? PARTS_TIMEOUT_MS),
    SWEEP_MAX,
  ))
    await ports.writer.join(parts);
  const overdue = await reconciliation.overdue(now, SWEEP_MAX);
  await end(ports, overdue, now, {
    code: "ttl",
    detail: "its time to live was over before a carrier took it",
  });
  if (!prune) return;
  const grace = options.receiptGraceMs ?? RECEIPT_GRACE_MS;
  const unreceipted = await reconciliation.unreceipted(now - options.messageTtlMs - grace, SWEEP_MAX);
  await end(ports, unreceipted, now, {
    code: "no-receipt",
    detail: "the carrier took it and never said what became of it",
  });
  await reconciliation.prune(now - MEMORY_MS);
  await idempotency.prune(now - MEMORY_MS);
  if (options.textRetentionMs !== null)
    await conversations.eraseTexts(now - options.textRetentionMs, SWEEP_MAX);
};

/** Closes what is over by its time to live or by silence. */
const closeEnded = async ({ storage }: SweeperPorts, options: SweeperOptions, now: number): Promise<void> => {
  for (const conversation of await storage.conversations.due(now, SWEEP_MAX)) {
    const end = endOf(conversation);
    const isIdle = end?.reason === "idle" && conversation.idleTtlMs !== null;
    if (!end) continue;
    await storage.conversations.close({
      id: conversation.id,
      reason: end.reason,
      at: now,
      // breakage: close-without-quarantine
      quarantinedUntil: now + options.quarantineMs,
      // breakage: close-what-is-not-idle
      unlessTextedAfter: isIdle ? now - conversation.idleTtlMs : null,
    });
  }
};

const foldParts = async ({ storage, writer }: SweeperPorts): Promise<void> => {
  const outcomes: FinalOutcome[] = [];
  for (const { messageId, parts } of await storage.reconciliation.openPartReceipts(SWEEP_MAX)) {
    const verdict = combineReceipts(messageId, parts);
    if (verdict) outcomes.push(verdict);
  }
  if (outcomes.length > 0) await recorded(writer, { outcomes });
};

const end = async (
  { writer }: SweeperPorts,
  messageIds: readonly string[],
  at: number,
  failure: NonNullable<FinalOutcome["failure"]>,
): Promise<void> => {
  if (messageIds.length === 0) return;
  await recorded(writer, {
    outcomes: messageIds.map((messageId) => ({ messageId, state: "expired", failure, at })),
  });
};

const recorded = (writer: Pick<BatchWriter, "record">, facts: Facts): Promise<void> =>
  new Promise((resolve) => writer.record(facts, resolve));
