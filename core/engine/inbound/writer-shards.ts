import type { InboundMessage } from "#core/domain/message.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { BATCH_MAX } from "#core/ports/traffic.ts";
import type { AcceptResult } from "./batch-writer.ts";
import {
  mergeBatches,
  notify,
  type Pending,
  type PendingFacts,
  type PendingInbound,
  type PendingReceipt,
  sizeOf,
  type WriteBatch,
} from "./write-batch.ts";

export interface WriterShard {
  inbound: PendingInbound[];
  receipts: PendingReceipt[];
  facts: PendingFacts[];
  writing: ActiveWrite | null;
  /** Texts are held back, since the hands are full. */
  heldBack: { isOver: boolean; readonly cancel: () => void } | null;
}

/** A load of one lane, or of several, on its way into storage. */
export interface ActiveWrite extends WriteBatch {
  /** The threads that it writes for. */
  recipients: ReadonlySet<string>;
  /** The database is lost, and perhaps an answer with it: nothing new is taken for its lanes until it is back. */
  lost: boolean;
  written: Promise<void>;
}

/**
 * Lines in which things wait to be written. What shares a lane keeps its order. Each is written by one batch after another, two
 * lanes side by side when there is much to write, and together in one batch when there is little.
 */
export interface WriterShards {
  /** One pair of numbers always has the same lane; both ends count, so that one busy number does not fill one lane. */
  ofPair(message: InboundMessage): WriterShard;
  /** A carrier's id and its receipts have the same lane. */
  ofId(id: string): WriterShard;
  putInbound(lane: WriterShard, item: PendingInbound): void;
  putReceipt(lane: WriterShard, item: PendingReceipt): void;
  putFacts(lane: WriterShard, item: PendingFacts): void;
  /**
   * Resolves when nothing else is being written for one of these threads, which are this writing's from then on. A thread comes by
   * another lane when somebody else has taken its writer's place, and then nobody could tell which of both storage has written first.
   * Whoever waits for a writing that has lost the database has lost it too, and is told so.
   */
  enter(
    writing: ActiveWrite,
    threads: ReadonlySet<string>,
    asking: readonly Pending<AcceptResult>[],
  ): Promise<void>;
  /** Nobody knows when this can be written: whoever waits is told so, and nothing new is taken for its lanes until storage answers. */
  lose(writing: ActiveWrite, asking: readonly Pending<AcceptResult>[]): void;
  /** Asks until storage answers; as soon as it is lost, whoever waits is told so. */
  untilAnswered<T>(
    writing: ActiveWrite,
    asking: readonly Pending<AcceptResult>[],
    ask: () => Promise<T>,
  ): Promise<T>;
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

/** How long to wait before asking a lost database again. */
const RETRY_MS = 250;
/** How long texts wait for full hands, and how many are taken then all the same: hands that hardly empty must not keep all out. */
const HELD_BACK_MS = 100;
const HELD_BACK_TAKEN = 50;

/** A batch costs storage as much as this many texts, receipts or facts in it, whatever it writes: fewer are better written with others. */
const BATCH_WORTH_WRITING = 32;

export const createWriterShards = (
  count: number,
  timer: Timer,
  /** Whether more is in hand than leaves soon: what is taken now would only wait in memory. */
  isBehind: () => boolean,
  write: (writing: ActiveWrite) => Promise<void>,
): WriterShards => {
  const lanes: WriterShard[] = Array.from({ length: count }, () => ({
    inbound: [],
    receipts: [],
    facts: [],
    writing: null,
    heldBack: null,
  }));
  let waiting = 0;
  let isStarting = false;
  let whenIdle: (() => void)[] = [];

  /** Whatever else arrives in this turn of the loop shall share the batch. */
  const startSoon = (): void => {
    if (isStarting) return;
    isStarting = true;
    void Promise.resolve().then(start);
  };

  const start = (): void => {
    isStarting = false;
    const isQuiet = !isAnybodyWriting();
    const ready = lanes.filter((lane) => lane.writing === null && writableCount(lane) > 0);
    for (const lane of ready) if (writableCount(lane) >= BATCH_WORTH_WRITING) begin([lane]);
    // Even beside a large one: whoever always has much must not keep others waiting for ever.
    const small = ready.filter(({ writing }) => writing === null);
    if (small.length > 0 && isQuiet) begin(small);
    if (lanes.some((lane) => lane.writing !== null || sizeOf(lane) > 0)) return;
    const resolves = whenIdle;
    whenIdle = [];
    for (const resolve of resolves) resolve();
  };

  /** Of those who wait for a lost database nobody knows when they are done. */
  const isAnybodyWriting = (): boolean => lanes.some(({ writing }) => writing !== null && !writing.lost);

  const writings = (): readonly ActiveWrite[] => [...new Set(lanes.flatMap(({ writing }) => writing ?? []))];

  const begin = (together: readonly WriterShard[]): void => {
    const load = mergeBatches(together.map(take));
    waiting -= load.inbound.length + load.receipts.length;
    const writing: ActiveWrite = { ...load, recipients: NONE, lost: false, written: Promise.resolve() };
    for (const lane of together) lane.writing = writing;
    writing.written = write(writing).then(() => {
      for (const lane of together) lane.writing = null;
      startSoon();
    });
  };

  const take = (lane: WriterShard): WriteBatch => {
    const texts = textsToTake(lane);
    if (texts > 0) stopHoldingBack(lane);
    return takeLoad(lane, texts);
  };

  /** What may be written of a lane now. */
  const writableCount = (lane: WriterShard): number =>
    Math.min(lane.inbound.length, textsToTake(lane)) + lane.receipts.length + lane.facts.length;

  /** What became of texts makes room for new ones, so it goes first; and after a while some are taken all the same. */
  const textsToTake = (lane: WriterShard): number => {
    const isHeldBack = lane.inbound.length > 0 && isBehind();
    if (isHeldBack) {
      lane.heldBack ??= holdBack();
      return lane.heldBack.isOver ? HELD_BACK_TAKEN : 0;
    }
    stopHoldingBack(lane);
    return BATCH_MAX;
  };

  const holdBack = (): NonNullable<WriterShard["heldBack"]> => {
    const heldBack = {
      isOver: false,
      cancel: timer.after(HELD_BACK_MS, () => {
        heldBack.isOver = true;
        startSoon();
      }),
    };
    return heldBack;
  };

  const stopHoldingBack = (lane: WriterShard): void => {
    lane.heldBack?.cancel();
    lane.heldBack = null;
  };

  const refuseAll = (lane: WriterShard): void => {
    waiting -= lane.inbound.length + lane.receipts.length;
    for (const each of [...lane.inbound, ...lane.receipts]) notify(each, "unavailable");
    lane.inbound = [];
    lane.receipts = [];
  };

  const lose = (writing: ActiveWrite, asking: readonly Pending<AcceptResult>[]): void => {
    if (!writing.lost) for (const lane of lanes) if (lane.writing === writing) refuseAll(lane);
    writing.lost = true;
    for (const each of asking) notify(each, "unavailable");
    startSoon();
  };

  const writtenOrLater = (writing: ActiveWrite): Promise<void> =>
    new Promise((resolve) => {
      const cancel = timer.after(RETRY_MS, resolve);
      void writing.written.then(() => {
        cancel();
        resolve();
      });
    });

  return {
    ofPair: ({ from, to }) => lanes[(lastCode(from) + lastCode(to)) % count]!,
    ofId: (id) => lanes[lastCode(id) % count]!,
    putInbound: (lane, item) => {
      waiting += 1;
      lane.inbound.push(item);
      startSoon();
    },
    putReceipt: (lane, item) => {
      waiting += 1;
      lane.receipts.push(item);
      startSoon();
    },
    putFacts: (lane, item) => {
      lane.facts.push(item);
      startSoon();
    },
    lose,
    enter: async (writing, threads, asking) => {
      // Whoever waits has nothing, or two could wait for each other.
      writing.recipients = NONE;
      const inTheWay = (): ActiveWrite | undefined =>
        writings().find((other) => other !== writing && !other.recipients.isDisjointFrom(threads));
      // breakage: two-writes-for-one-recipient
      for (let other = inTheWay(); other; other = inTheWay()) {
        if (other.lost) lose(writing, asking);
        await writtenOrLater(other);
      }
      writing.recipients = threads;
    },
    untilAnswered: async (writing, asking, ask) => {
      for (;;) {
        try {
          const answer = await ask();
          writing.lost = false;
          return answer;
        } catch (error) {
          if (!(error instanceof StorageUnavailable)) throw error;
          lose(writing, asking);
          await new Promise<void>((resolve) => timer.after(RETRY_MS, resolve));
        }
      }
    },
    waiting: () => waiting,
    oldestWaiting: () => {
      let oldest: string | null = null;
      for (const { inbound } of [...writings(), ...lanes])
        for (const { message } of inbound) if (oldest === null || message.id < oldest) oldest = message.id;
      return oldest;
    },
    recipients: () => new Set(writings().flatMap(({ recipients }) => [...recipients])),
    settled: async () => {
      await Promise.all(writings().map(({ written }) => written));
    },
    idle: () =>
      new Promise<void>((resolve) => {
        whenIdle.push(resolve);
        startSoon();
      }),
  };
};

const NONE: ReadonlySet<string> = new Set();

const lastCode = (text: string): number => (text === "" ? 0 : text.charCodeAt(text.length - 1));

const takeLoad = (lane: WriterShard, texts: number): WriteBatch => {
  const { receipts, facts } = lane;
  const inbound = texts === 0 ? [] : lane.inbound;
  if (texts > 0) lane.inbound = inbound.length > texts ? inbound.splice(texts) : [];
  lane.receipts = receipts.length > BATCH_MAX ? receipts.splice(BATCH_MAX) : [];
  lane.facts = facts.length > BATCH_MAX ? facts.splice(BATCH_MAX) : [];
  return { inbound, receipts, facts };
};
