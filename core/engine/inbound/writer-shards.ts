import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { AcceptResult } from "#core/ports/inbound.ts";
import type { Journal } from "#core/ports/journal.ts";
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

export interface WriterShardsPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "writesDelayed">;
}

export interface WriterShardsOptions {
  readonly shards: number;
  /** Messages and receipts that may wait. */
  readonly waitingMax: number;
  /** How many entries wait for company, if nobody waits for them: so many more texts a crash sends twice. */
  readonly lingerMax?: number;
}

/**
 * A shard, and the write that it is part of. Not a Map, which would keep old writes with all that was in them in memory until a full
 * collection (see `core/structures/linked-list.ts`).
 */
interface Place {
  readonly shard: WriterShard;
  write: ActiveWrite | null;
}

/**
 * What nobody waits for, the carrier's answers and receipts, is written with the next text that comes, but after this many milliseconds
 * or with this many entries in any case: a commit costs far more than what is in it.
 */
export const LINGER_MS = 25;
export const LINGER_MAX = 8;

/** A batch costs storage as much as this many entries in it, whatever it writes: fewer are better written with others. */
const BATCH_WORTH_WRITING = 32;

export const createWriterShards = (
  { shards: count, waitingMax, lingerMax = LINGER_MAX }: WriterShardsOptions,
  { clock, timer, journal }: WriterShardsPorts,
  isBehind: () => boolean,
  write: (write: ActiveWrite) => Promise<void>,
): WriterShards => {
  let isStarting = false;
  let lingering: { isOver: boolean; readonly cancel: () => void } | null = null;
  let whenIdle: (() => void)[] = [];

  /** Whatever else arrives in this turn of the loop shares the batch. */
  const startSoon = (): void => {
    if (isStarting) return;
    isStarting = true;
    void Promise.resolve().then(start);
  };

  const places: readonly Place[] = Array.from({ length: count }, () => ({
    shard: createWriterShard(timer, isBehind, startSoon),
    write: null,
  }));

  const start = (): void => {
    isStarting = false;
    // A write that waits for lost storage may take for ever, so others do not wait for it.
    const isQuiet = places.every(({ write }) => write === null || write.isLost());
    const ready = places.filter(({ shard, write }) => write === null && shard.writable() > 0);
    for (const place of ready) if (place.shard.writable() >= BATCH_WORTH_WRITING) begin([place]);
    // Also beside a large batch: a shard that always has much must not keep the others waiting for ever.
    const small = ready.filter(({ write }) => write === null);
    if (small.length > 0 && isQuiet && !isLingering(small)) begin(small);
    if (places.some(({ shard, write }) => write !== null || !shard.isEmpty())) return;
    const resolves = whenIdle;
    whenIdle = [];
    for (const resolve of resolves) resolve();
  };

  /** Whether all of this may wait for company, and has not waited long enough. */
  const isLingering = (small: readonly Place[]): boolean => {
    const entries = small.reduce((sum, { shard }) => sum + shard.writable(), 0);
    const isDue = lingering?.isOver || whenIdle.length > 0 || entries >= lingerMax;
    if (isDue || small.some(({ shard }) => shard.isAwaited())) {
      lingering?.cancel();
      lingering = null;
      return false;
    }
    lingering ??= linger();
    return true;
  };

  const linger = (): NonNullable<typeof lingering> => {
    const wait = {
      isOver: false,
      cancel: timer.after(LINGER_MS, () => {
        wait.isOver = true;
        startSoon();
      }),
    };
    return wait;
  };

  /** Each once, although it may be of several shards. */
  const activeWrites = (): readonly ActiveWrite[] =>
    places.flatMap(({ write: each }, i) =>
      each === null || places.findIndex(({ write: same }) => same === each) < i ? [] : [each],
    );

  const begin = (together: readonly Place[]): void => {
    const context = { clock, timer, journal, active: activeWrites, ready: startSoon };
    createActiveWrite(
      together.map(({ shard }) => shard),
      context,
      async (self) => {
        for (const place of together) place.write = self;
        await write(self);
        for (const place of together) place.write = null;
        startSoon();
      },
    );
  };

  const waiting = (): number => places.reduce((sum, { shard }) => sum + shard.waiting(), 0);

  /** Why a shard accepts nothing now; null when it does. */
  const refusalOf = ({ write: active }: Place): Exclude<AcceptResult, "accepted"> | null => {
    if (active?.isRefusing()) return "unavailable";
    return waiting() >= waitingMax ? "overloaded" : null;
  };

  /** Both ends of a pair count, so that one busy number does not fill one shard. */
  const placeOfPair = ({ from, to }: InboundMessage): Place =>
    places[(lastCode(from) + lastCode(to)) % count]!;
  const placeOfId = (id: string): Place => places[lastCode(id) % count]!;

  return {
    putInbound: (item) => {
      const place = placeOfPair(item.message);
      const refusal = refusalOf(place);
      if (refusal) notify(item, refusal);
      // breakage: acknowledge-before-commit
      else place.shard.addInbound(item);
    },
    putReceipt: (item) => {
      const place = placeOfId(item.receipt.carrierIds[0] ?? "");
      const refusal = refusalOf(place);
      if (refusal) notify(item, refusal);
      else place.shard.addReceipt(item);
    },
    putFacts: (id, item) => placeOfId(id).shard.addFacts(item),
    waiting,
    oldestWaiting: () => {
      const beingWritten = activeWrites().flatMap(({ batch }) =>
        batch.inbound.map(({ message }) => message.id),
      );
      return [...beingWritten, ...places.map(({ shard }) => shard.oldest())].reduce(earlier, null);
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
