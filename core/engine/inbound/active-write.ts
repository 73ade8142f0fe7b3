import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { mergeBatches, notify, type WriteBatch } from "./write-batch.ts";
import type { WriterShard } from "./writer-shard.ts";

/** A batch of one shard, or of several, on its way into storage. */
export interface ActiveWrite {
  readonly batch: WriteBatch;
  readonly shards: readonly WriterShard[];
  /** The recipients that it writes for. */
  recipients(): ReadonlySet<string>;
  /** Storage does not answer, and an answer may be lost. */
  isLost(): boolean;
  /** Storage has not answered for {@link PATIENCE_MS}: nothing new is accepted for its shards until it does. */
  isRefusing(): boolean;
  /** Resolves when the batch is written. */
  written(): Promise<void>;
  /**
   * Resolves when no other write has one of these recipients; from then on they are this write's. A recipient comes by another shard
   * after a swap, since the sender is another then, and nobody could tell which of two writes storage has committed first.
   * A write that waits for a lost one is lost too.
   */
  enter(recipients: ReadonlySet<string>): Promise<void>;
  /**
   * Nobody knows when the batch can be written. What waits for it, and what waits in its shards, goes on waiting for a while, since most
   * outages last for seconds and a carrier that is refused comes again much later and out of order; then it is refused for now.
   */
  lose(): void;
  /** Asks storage until it answers; is lost from the first failure until then. */
  untilAnswered<T>(ask: () => Promise<T>): Promise<T>;
}

export interface ActiveWriteContext {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "writesDelayed">;
  /** All writes that are under way, this one perhaps among them. */
  readonly active: () => readonly ActiveWrite[];
  /** It is written, or lost: other shards may go ahead. */
  readonly ready: () => void;
}

/** How long carriers wait for lost storage: less than any of them waits for an answer (SMPP some five seconds, webhooks 15). */
export const PATIENCE_MS = 4_000;

/** How long to wait before asking lost storage again. */
const RETRY_MS = 250;

const NONE: ReadonlySet<string> = new Set();

export const createActiveWrite = (
  shards: readonly WriterShard[],
  { clock, timer, journal, active, ready }: ActiveWriteContext,
  run: (write: ActiveWrite) => Promise<void>,
): ActiveWrite => {
  const batch = mergeBatches(shards.map((shard) => shard.take()));
  let recipients = NONE;
  let isLost = false;
  // That storage is lost is known only when it has not answered for a while.
  const begunAt = clock.now();
  let isRefusing = false;
  let cancelRefusal = (): void => {};
  let written: Promise<void> = Promise.resolve();

  const refuse = (): void => {
    isRefusing = true;
    for (const shard of shards) shard.refuseAll();
    for (const each of [...batch.inbound, ...batch.receipts]) notify(each, "unavailable");
  };

  const lose = (): void => {
    if (!isLost) cancelRefusal = timer.after(PATIENCE_MS, refuse);
    isLost = true;
    ready();
  };

  const found = (): void => {
    cancelRefusal();
    // breakage: delay-in-silence
    if (isLost)
      journal.writesDelayed({
        delayMs: Math.max(0, clock.now() - begunAt),
        messages: batch.inbound.length,
        receipts: batch.receipts.length,
        refused: isRefusing,
      });
    isLost = false;
    isRefusing = false;
  };

  const writtenOrLater = (other: ActiveWrite): Promise<void> =>
    new Promise((resolve) => {
      const cancel = timer.after(RETRY_MS, resolve);
      void other.written().then(() => {
        cancel();
        resolve();
      });
    });

  const self: ActiveWrite = {
    batch,
    shards,
    recipients: () => recipients,
    isLost: () => isLost,
    isRefusing: () => isRefusing,
    written: () => written,
    enter: async (wanted) => {
      // A write that waits has no recipients, or two could wait for each other.
      recipients = NONE;
      const inTheWay = (): ActiveWrite | undefined =>
        active().find((other) => other !== self && !other.recipients().isDisjointFrom(wanted));
      // breakage: two-writes-for-one-recipient
      for (let other = inTheWay(); other; other = inTheWay()) {
        if (other.isLost()) lose();
        await writtenOrLater(other);
      }
      recipients = wanted;
    },
    lose,
    untilAnswered: async (ask) => {
      for (;;) {
        try {
          const answer = await ask();
          found();
          return answer;
        } catch (error) {
          if (!(error instanceof StorageUnavailable)) throw error;
          lose();
          await new Promise<void>((resolve) => timer.after(RETRY_MS, resolve));
        }
      }
    },
  };
  written = run(self);
  return self;
};
