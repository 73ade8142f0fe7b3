import type { InboundMessage } from "#core/domain/message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { BATCH_MAX } from "#core/ports/traffic.ts";
import type { Facts, Intaken } from "#core/use-cases/intake.ts";

/** Whoever waits is told once, by `tell`. */
interface Waiting<T> {
  done: (taken: T) => void;
}
export interface InboundWaiting extends Waiting<Intaken | "known"> {
  readonly message: InboundMessage;
  /** Keys of the parts it is joined from; null for what came as it is. */
  readonly joins: readonly string[] | null;
}
export interface ReceiptWaiting extends Waiting<Intaken> {
  readonly receipt: Receipt;
}
export interface FactsWaiting extends Waiting<void> {
  readonly facts: Facts;
}

/** What is written after all, or decided on once more, has been told of already. */
export const tell = <T>(waiting: Waiting<T>, taken: T): void => {
  const { done } = waiting;
  waiting.done = toldBefore;
  done(taken);
};
const toldBefore = (): void => {};

/** What is written together. */
export interface Load {
  readonly inbound: readonly InboundWaiting[];
  readonly receipts: readonly ReceiptWaiting[];
  readonly facts: readonly FactsWaiting[];
}

export interface Lane {
  inbound: InboundWaiting[];
  receipts: ReceiptWaiting[];
  facts: FactsWaiting[];
  busy: boolean;
  /** The threads that what is being written belongs to. */
  threads: ReadonlySet<string>;
  writing: readonly InboundWaiting[];
  written: Promise<void>;
  /** Texts are held back, since the hands are full. */
  heldBack: { isOver: boolean; readonly cancel: () => void } | null;
  /** While nothing but what is held back is left to write: writes on. */
  wake: () => void;
  /** The database is lost, and perhaps an answer with it: nothing new is taken until it is back. */
  lost: boolean;
}

/** Lines in which things wait to be written, each written by one batch after another. What shares a lane keeps its order. */
export interface Lanes {
  /** One pair of numbers always has the same lane; both ends count, so that one busy number does not fill one lane. */
  ofPair(message: InboundMessage): Lane;
  /** A carrier's id and its receipts have the same lane. */
  ofId(id: string): Lane;
  putInbound(lane: Lane, item: InboundWaiting): void;
  putReceipt(lane: Lane, item: ReceiptWaiting): void;
  putFacts(lane: Lane, item: FactsWaiting): void;
  /**
   * Resolves when no other lane is writing for one of these threads, which are this lane's from then on. A thread comes by another
   * lane when somebody else has taken its writer's place, and then nobody could tell which of both storage has written first. Whoever
   * waits for a lane that has lost the database has lost it too, and is told so.
   */
  enter(lane: Lane, threads: ReadonlySet<string>, asking: readonly Waiting<Intaken>[]): Promise<void>;
  /** Asks until storage answers; as soon as it is lost, whoever waits is told so. */
  untilAnswered<T>(lane: Lane, asking: readonly Waiting<Intaken>[], ask: () => Promise<T>): Promise<T>;
  /** Messages and receipts that wait. */
  waiting(): number;
  /** The oldest message that waits or is being written. */
  oldestWaiting(): string | null;
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

export const createLanes = (
  count: number,
  timer: Timer,
  /** Whether more is in hand than leaves soon: what is taken now would only wait in memory. */
  isBehind: () => boolean,
  write: (lane: Lane, load: Load) => Promise<void>,
): Lanes => {
  const lanes: Lane[] = Array.from({ length: count }, () => ({
    inbound: [],
    receipts: [],
    facts: [],
    busy: false,
    threads: NONE,
    writing: [],
    written: Promise.resolve(),
    heldBack: null,
    wake: () => {},
    lost: false,
  }));
  let waiting = 0;
  let whenIdle: (() => void)[] = [];

  const start = (lane: Lane): void => {
    if (lane.busy) return;
    lane.busy = true;
    // Whatever else arrives in this turn of the loop shall share the batch.
    void Promise.resolve().then(() => run(lane));
  };

  const writeAll = async (lane: Lane, load: Load): Promise<void> => {
    await write(lane, load);
    lane.threads = NONE;
  };

  const run = async (lane: Lane): Promise<void> => {
    while (lane.inbound.length + lane.receipts.length + lane.facts.length > 0) {
      const texts = textsToTake(lane);
      if (texts === 0 && lane.inbound.length > 0 && lane.receipts.length + lane.facts.length === 0) {
        await new Promise<void>((resolve) => {
          lane.wake = resolve;
        });
        continue;
      }
      const load = takeLoad(lane, texts);
      waiting -= load.inbound.length + load.receipts.length;
      lane.writing = load.inbound;
      lane.written = writeAll(lane, load);
      await lane.written;
      lane.writing = [];
    }
    lane.busy = false;
    stopHoldingBack(lane);
    if (lanes.some(({ busy }) => busy)) return;
    const resolves = whenIdle;
    whenIdle = [];
    for (const resolve of resolves) resolve();
  };

  /** What became of texts makes room for new ones, so it goes first; and after a while some are taken all the same. */
  const textsToTake = (lane: Lane): number => {
    const isHeldBack = lane.inbound.length > 0 && isBehind();
    if (isHeldBack) {
      lane.heldBack ??= holdBack(lane);
      if (!lane.heldBack.isOver) return 0;
    }
    stopHoldingBack(lane);
    return isHeldBack ? HELD_BACK_TAKEN : BATCH_MAX;
  };

  const holdBack = (lane: Lane): NonNullable<Lane["heldBack"]> => {
    const heldBack = {
      isOver: false,
      cancel: timer.after(HELD_BACK_MS, () => {
        heldBack.isOver = true;
        lane.wake();
      }),
    };
    return heldBack;
  };

  const stopHoldingBack = (lane: Lane): void => {
    lane.heldBack?.cancel();
    lane.heldBack = null;
  };

  const refuseAll = (lane: Lane): void => {
    waiting -= lane.inbound.length + lane.receipts.length;
    for (const each of [...lane.inbound, ...lane.receipts]) tell(each, "unavailable");
    lane.inbound = [];
    lane.receipts = [];
  };

  const lose = (lane: Lane, asking: readonly Waiting<Intaken>[]): void => {
    if (!lane.lost) refuseAll(lane);
    lane.lost = true;
    for (const each of asking) tell(each, "unavailable");
  };

  const writtenOrLater = (lane: Lane): Promise<void> =>
    new Promise((resolve) => {
      const cancel = timer.after(RETRY_MS, resolve);
      void lane.written.then(() => {
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
      start(lane);
    },
    putReceipt: (lane, item) => {
      waiting += 1;
      lane.receipts.push(item);
      start(lane);
      lane.wake();
    },
    putFacts: (lane, item) => {
      lane.facts.push(item);
      start(lane);
      lane.wake();
    },
    enter: async (lane, threads, asking) => {
      // Whoever waits has nothing, or two could wait for each other.
      lane.threads = NONE;
      const isInTheWay = (other: Lane): boolean => other !== lane && !other.threads.isDisjointFrom(threads);
      for (let other = lanes.find(isInTheWay); other; other = lanes.find(isInTheWay)) {
        if (other.lost) lose(lane, asking);
        await writtenOrLater(other);
      }
      lane.threads = threads;
    },
    untilAnswered: async (lane, asking, ask) => {
      for (;;) {
        try {
          const answer = await ask();
          lane.lost = false;
          return answer;
        } catch (error) {
          if (!(error instanceof StorageUnavailable)) throw error;
          lose(lane, asking);
          await new Promise<void>((resolve) => timer.after(RETRY_MS, resolve));
        }
      }
    },
    waiting: () => waiting,
    oldestWaiting: () => {
      let oldest: string | null = null;
      for (const lane of lanes)
        for (const { message } of [...lane.writing, ...lane.inbound])
          if (oldest === null || message.id < oldest) oldest = message.id;
      return oldest;
    },
    settled: async () => {
      await Promise.all(lanes.map(({ written }) => written));
    },
    idle: async () => {
      while (lanes.some(({ busy }) => busy)) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
};

const NONE: ReadonlySet<string> = new Set();

const lastCode = (text: string): number => (text === "" ? 0 : text.charCodeAt(text.length - 1));

const takeLoad = (lane: Lane, texts: number): Load => {
  const { receipts, facts } = lane;
  const inbound = texts === 0 ? [] : lane.inbound;
  if (texts > 0) lane.inbound = inbound.length > texts ? inbound.splice(texts) : [];
  lane.receipts = receipts.length > BATCH_MAX ? receipts.splice(BATCH_MAX) : [];
  lane.facts = facts.length > BATCH_MAX ? facts.splice(BATCH_MAX) : [];
  return { inbound, receipts, facts };
};
