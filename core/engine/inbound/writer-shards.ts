import type { InboundMessage } from "#core/domain/message.ts";
import type { AcceptResult } from "#core/ports/inbound.ts";
import type { Timer } from "#core/ports/timer.ts";
import { type ActiveWrite, createActiveWrite } from "./active-write.ts";
import { notify, type PendingFacts, type PendingInbound, type PendingReceipt } from "./write-batch.ts";
import { createWriterShard, earlier, type WriterShard } from "./writer-shard.ts";

/**
 * Everything that waits to be written, spread over shards. A shard is written by one batch after another; two shards are written side
 * by side when there is much to write, and together in one batch when there is little.
 */
export interface WriterShards {
  /** Refuses the message at once when nothing more may wait. One pair of numbers always has the same shard. */
  putInbound(item: PendingInbound): void;
  /** The same for a receipt. A carrier's id and its receipts have the same shard. */
  putReceipt(item: PendingReceipt): void;
  /** Facts are never refused. `id`: the carrier's id, if there is one. */
  putFacts(id: string, item: PendingFacts): void;
  /** Messages and receipts that wait. */
  waiting(): number;
  /** The oldest message that waits or is being written. */
  oldestWaiting(): string | null;
  /** Recipients for whom something is being written. */
  recipients(): ReadonlySet<string>;
  /** Resolves when what is being written now is written. */
  settled(): Promise<void>;
  /** Resolves when nothing waits or is being written. */
  idle(): Promise<void>;
}

export interface WriterShardsOptions {
  readonly shards: number;
  /** Messages and receipts that may wait. */
  readonly waitingMax: number;
}

/** A batch costs storage as much as this many entries in it, whatever it writes: fewer are better written with others. */
const BATCH_WORTH_WRITING = 32;

export const createWriterShards = (
  { shards: count, waitingMax }: WriterShardsOptions,
  timer: Timer,
  isBehind: () => boolean,
  write: (write: ActiveWrite) => Promise<void>,
): WriterShards => {
  const writeByShard = new Map<WriterShard, ActiveWrite>();
  let isStarting = false;
  let whenIdle: (() => void)[] = [];

  /** Whatever else arrives in this turn of the loop shares the batch. */
  const startSoon = (): void => {
    if (isStarting) return;
    isStarting = true;
    void Promise.resolve().then(start);
  };

  const shards: readonly WriterShard[] = Array.from({ length: count }, () =>
    createWriterShard(timer, isBehind, startSoon),
  );

  const start = (): void => {
    isStarting = false;
    // A write that waits for lost storage may take for ever, so others do not wait for it.
    const isQuiet = activeWrites().every((each) => each.isLost());
    const ready = shards.filter((shard) => !writeByShard.has(shard) && shard.writable() > 0);
    for (const shard of ready) if (shard.writable() >= BATCH_WORTH_WRITING) begin([shard]);
    // Also beside a large batch: a shard that always has much must not keep the others waiting for ever.
    const small = ready.filter((shard) => !writeByShard.has(shard));
    if (small.length > 0 && isQuiet) begin(small);
    if (writeByShard.size > 0 || shards.some((shard) => !shard.isEmpty())) return;
    const resolves = whenIdle;
    whenIdle = [];
    for (const resolve of resolves) resolve();
  };

  const activeWrites = (): readonly ActiveWrite[] => [...new Set(writeByShard.values())];

  const begin = (together: readonly WriterShard[]): void => {
    createActiveWrite(together, { timer, active: activeWrites, ready: startSoon }, async (self) => {
      for (const shard of together) writeByShard.set(shard, self);
      await write(self);
      for (const shard of together) writeByShard.delete(shard);
      startSoon();
    });
  };

  const waiting = (): number => shards.reduce((sum, shard) => sum + shard.waiting(), 0);

  /** Why a shard accepts nothing now; null when it does. */
  const refusalOf = (shard: WriterShard): Exclude<AcceptResult, "accepted"> | null => {
    if (writeByShard.get(shard)?.isRefusing()) return "unavailable";
    return waiting() >= waitingMax ? "overloaded" : null;
  };

  /** Both ends of a pair count, so that one busy number does not fill one shard. */
  const shardOfPair = ({ from, to }: InboundMessage): WriterShard =>
    shards[(lastCode(from) + lastCode(to)) % count]!;
  const shardOfId = (id: string): WriterShard => shards[lastCode(id) % count]!;

  return {
    putInbound: (item) => {
      const shard = shardOfPair(item.message);
      const refusal = refusalOf(shard);
      if (refusal) notify(item, refusal);
      // breakage: acknowledge-before-commit
      else shard.addInbound(item);
    },
    putReceipt: (item) => {
      const shard = shardOfId(item.receipt.carrierIds[0] ?? "");
      const refusal = refusalOf(shard);
      if (refusal) notify(item, refusal);
      else shard.addReceipt(item);
    },
    putFacts: (id, item) => shardOfId(id).addFacts(item),
    waiting,
    oldestWaiting: () => {
      const beingWritten = activeWrites().flatMap(({ batch }) =>
        batch.inbound.map(({ message }) => message.id),
      );
      return [...beingWritten, ...shards.map((shard) => shard.oldest())].reduce(earlier, null);
    },
    recipients: () => new Set(activeWrites().flatMap((each) => [...each.recipients()])),
    settled: async () => {
      await Promise.all(activeWrites().map((each) => each.written()));
    },
    idle: () =>
      new Promise<void>((resolve) => {
        whenIdle.push(resolve);
        startSoon();
      }),
  };
};

const lastCode = (text: string): number => (text === "" ? 0 : text.charCodeAt(text.length - 1));
