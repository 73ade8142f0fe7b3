import type { InboundMessage, OutboundMessage, Verdict } from "#core/domain/message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { isFinalReceipt, type Receipt } from "#core/domain/receipt.ts";
import type { Pair, Route } from "#core/domain/route.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import {
  type Accepted,
  BATCH_MAX,
  type Batch,
  type BatchOutcome,
  type Deferral,
  type InboundOutcome,
  type InboundWrite,
  type StoredPart,
  type Traffic,
} from "#core/ports/traffic.ts";
import {
  type BatchContext,
  decideBatch,
  decideWhole,
  joined,
  keysOf,
  setOf,
} from "#core/use-cases/intake-batch.ts";
import { pairKey, routeCache } from "#core/use-cases/route-cache.ts";

/**
 * The way in: whatever comes from carriers or from the dispatcher is collected, decided on and written in micro-batches.
 * A batch leaves as soon as its lane is idle, so its size follows the load by itself: one message when it is quiet,
 * hundreds when it is busy. What shares a lane keeps its order; a pair of numbers always shares one.
 */
export interface Intake {
  /** Resolves when the message is durable (`accepted`, also when it was known), or was not taken. Never rejects. */
  accept(message: InboundMessage): Promise<Intaken>;
  /** The same, but a message that was known is told apart. */
  acceptNew(message: InboundMessage): Promise<Intaken | "known">;
  /** The same for a carrier's receipt. */
  receive(receipt: Receipt): Promise<Intaken>;
  /** Writes what became of messages in hand; resolves when durable, however long that takes. */
  record(facts: Facts): Promise<void>;
  /** Joins the parts of a long text that ripened without a last part coming by. */
  join(parts: readonly StoredPart[]): Promise<Intaken>;
  /** Messages waiting to be written. */
  waiting(): number;
  /** The oldest message that is waiting or being written; null when there is none. */
  oldestWaiting(): string | null;
  /** Resolves when what is being written now is written. */
  settled(): Promise<void>;
  /** Resolves when nothing is waiting or being written. */
  idle(): Promise<void>;
}

/** `overloaded` and `unavailable`: the carrier shall bring it again. */
export type Intaken = "accepted" | "overloaded" | "unavailable";

export interface Facts {
  readonly accepted?: readonly Accepted[];
  readonly deferred?: readonly Deferral[];
  readonly verdicts?: readonly Verdict[];
}

/** The hands that take what is to be sent. */
export interface Hands {
  /** Under which id this process writes. */
  dispatcher(): string;
  mayHold(recipientId: string): boolean;
  /** A message that is durable and ours to send. */
  take(message: OutboundMessage, dispatcher: string): void;
  /** Something was queued that somebody should claim. */
  queued(): void;
  /** The id has been declared dead; resolves when there is a new one. */
  fenced(dispatcher: string): Promise<void>;
}

export interface IntakePorts {
  readonly traffic: Traffic;
  readonly numbers: Pick<Numbers, "ours">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
}

export interface IntakeOptions {
  readonly messageTtlMs: number;
  /** Messages and receipts that may wait to be written; beyond it carriers are told to come again. */
  readonly waitingMax?: number;
  readonly lanes?: number;
}

const WAITING_MAX = 20_000;
/** Two connections keep a two-core database busy; more only get in each other's way. */
const LANES = 2;
/** How long to wait before asking a lost database again. */
const RETRY_MS = 250;
/** A route that changes between each decision and its write this often is not changing: something is broken. */
const DECISIONS_MAX = 50;

interface Waiting {
  readonly done: (taken: Intaken) => void;
}
interface InboundWaiting extends Waiting {
  readonly message: InboundMessage;
  /** Keys of the parts it is joined from; null for what came as it is. */
  readonly joins: readonly string[] | null;
  /** Instead of `done`, when it was known. */
  readonly known: () => void;
}
interface ReceiptWaiting extends Waiting {
  readonly receipt: Receipt;
}
interface FactsWaiting {
  readonly facts: Facts;
  readonly done: () => void;
}

interface Lane {
  inbound: InboundWaiting[];
  receipts: ReceiptWaiting[];
  facts: FactsWaiting[];
  busy: boolean;
  writing: readonly InboundWaiting[];
  written: Promise<void>;
  /** The database is lost, and perhaps an answer with it: nothing new is taken until it is back. */
  lost: boolean;
}

export const startIntake = (ports: IntakePorts, options: IntakeOptions, hands: Hands): Intake => {
  const { traffic, numbers, clock, timer, ids } = ports;
  const waitingMax = options.waitingMax ?? WAITING_MAX;
  const cache = routeCache();
  const lanes: Lane[] = Array.from({ length: options.lanes ?? LANES }, () => ({
    inbound: [],
    receipts: [],
    facts: [],
    busy: false,
    writing: [],
    written: Promise.resolve(),
    lost: false,
  }));
  let waiting = 0;
  let whenIdle: (() => void)[] = [];

  const laneOf = (text: string): Lane =>
    lanes[text === "" ? 0 : text.charCodeAt(text.length - 1) % lanes.length]!;
  // Both ends count: one busy number must not fill one lane.
  const laneOfPair = (message: InboundMessage): Lane =>
    lanes[
      (message.from.charCodeAt(message.from.length - 1) + message.to.charCodeAt(message.to.length - 1)) %
        lanes.length
    ]!;

  const start = (lane: Lane): void => {
    if (lane.busy) return;
    lane.busy = true;
    // Whatever else arrives in this turn of the loop shall share the batch.
    void Promise.resolve().then(() => run(lane));
  };

  const run = async (lane: Lane): Promise<void> => {
    while (lane.inbound.length + lane.receipts.length + lane.facts.length > 0) {
      const inbound = takeUpTo(lane, "inbound", BATCH_MAX);
      const receipts = takeUpTo(lane, "receipts", BATCH_MAX);
      const facts = takeUpTo(lane, "facts", BATCH_MAX);
      waiting -= inbound.length + receipts.length;
      lane.writing = inbound;
      lane.written = write(lane, inbound, receipts, facts);
      await lane.written;
      lane.writing = [];
    }
    lane.busy = false;
    if (!lanes.some(({ busy }) => busy)) {
      const resolves = whenIdle;
      whenIdle = [];
      for (const resolve of resolves) resolve();
    }
  };

  const write = async (
    lane: Lane,
    inbound: readonly InboundWaiting[],
    receipts: readonly ReceiptWaiting[],
    facts: readonly FactsWaiting[],
  ): Promise<void> => {
    let undecided = inbound;
    let unwritten: Pick<Batch, "accepted" | "deferred" | "verdicts" | "receipts"> = {
      accepted: facts.flatMap((each) => each.facts.accepted ?? []),
      deferred: facts.flatMap((each) => each.facts.deferred ?? []),
      verdicts: facts.flatMap((each) => each.facts.verdicts ?? []),
      receipts: receipts.map(({ receipt }) => receipt).filter(isFinalReceipt),
    };
    if (inbound.length === 0 && Object.values(unwritten).every(({ length }) => length === 0)) {
      for (const each of [...facts, ...receipts]) each.done("accepted");
      return;
    }
    for (let decisions = 1; ; decisions += 1) {
      // If the database is away, carriers are told to bring these again; they are written all the same.
      const writes = await untilAnswered(lane, [...undecided, ...receipts], () => decide(undecided));
      const dispatcher = hands.dispatcher();
      const outcome: BatchOutcome = await untilAnswered(lane, [...undecided, ...receipts], () =>
        traffic.commit({ dispatcher, inbound: writes.map(({ write }) => write), ...unwritten }),
      );
      if (outcome.kind === "fenced") {
        await hands.fenced(dispatcher);
        continue;
      }
      unwritten = NOTHING;
      for (const each of facts) each.done();
      for (const each of receipts) each.done("accepted");
      undecided = settle(writes, outcome.inbound, dispatcher);
      if (undecided.length === 0) return;
      if (decisions >= DECISIONS_MAX) {
        for (const each of undecided) each.done("unavailable");
        return;
      }
    }
  };

  /** Asks until storage answers; as soon as it is lost, whoever waits is told so. */
  const untilAnswered = async <T>(
    lane: Lane,
    asking: readonly Waiting[],
    ask: () => Promise<T>,
  ): Promise<T> => {
    for (;;) {
      try {
        const answer = await ask();
        lane.lost = false;
        return answer;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        if (!lane.lost) refuseAll(lane);
        lane.lost = true;
        for (const each of asking) each.done("unavailable");
        await new Promise<void>((resolve) => timer.after(RETRY_MS, resolve));
      }
    }
  };

  const refuseAll = (lane: Lane): void => {
    waiting -= lane.inbound.length + lane.receipts.length;
    for (const each of [...lane.inbound, ...lane.receipts]) each.done("unavailable");
    lane.inbound = [];
    lane.receipts = [];
  };

  interface DecidedWrite {
    readonly write: InboundWrite;
    /** Who waits for it; null for a text that was joined on the way. */
    readonly item: InboundWaiting | null;
  }

  const decide = async (items: readonly InboundWaiting[]): Promise<readonly DecidedWrite[]> => {
    if (items.length === 0) return [];
    const routes = await routesFor(items);
    const sets = items.flatMap(({ message }) =>
      message.part ? [setOf({ ...message, ...message.part })] : [],
    );
    const stored = sets.length > 0 ? await traffic.parts(sets) : [];
    const ours = await numbers.ours([...new Set(items.map(({ message }) => message.to))]);
    const context: BatchContext = {
      now: clock.now(),
      messageTtlMs: options.messageTtlMs,
      nextId: () => ids.next(),
      stored,
      mayHold: hands.mayHold,
      meaningOf: (message) => ({ route: routes.get(keyOf(message)) ?? null, ours: ours.has(message.to) }),
    };
    const itemById = new Map(items.map((item) => [item.message.id, item]));
    const whole = items.filter(({ joins }) => joins !== null);
    const fresh = items.filter(({ joins }) => joins === null).map(({ message }) => message);
    return [
      ...whole.map((item) => ({ write: decideWhole(item.message, context, item.joins!), item })),
      ...decideBatch(fresh, context).map((write) => ({
        write,
        item: itemById.get(write.inbound.id) ?? null,
      })),
    ];
  };

  const routesFor = async (items: readonly InboundWaiting[]): Promise<ReadonlyMap<string, Route>> => {
    const routes = new Map<string, Route>();
    const missing = new Map<string, Pair>();
    for (const { message } of items) {
      const pair = pairOf(message);
      if (!pair) continue;
      const route = cache.get(pair);
      if (route) routes.set(pairKey(pair), route);
      else missing.set(pairKey(pair), pair);
    }
    if (missing.size === 0) return routes;
    for (const route of await traffic.routes([...missing.values()])) {
      if (!route) continue;
      routes.set(pairKey(route), route);
      cache.put(route);
    }
    return routes;
  };

  /** Tells whoever waits; answers what has to be decided again. */
  const settle = (
    writes: readonly DecidedWrite[],
    outcomes: readonly InboundOutcome[],
    dispatcher: string,
  ): readonly InboundWaiting[] => {
    const again: InboundWaiting[] = [];
    let queued = false;
    writes.forEach(({ write, item }, i) => {
      const { decision, inbound, joins } = write;
      const outcome = outcomes[i]!;
      if (outcome === "stale") {
        const pair = pairOf(inbound);
        if (pair) cache.forget(pair);
        again.push(item ?? { message: inbound, joins, done: () => {}, known: () => {} });
        return;
      }
      if (outcome === "held" && decision.kind === "relay") hands.take(decision.message, dispatcher);
      if (outcome === "queued" || decision.kind === "command") queued = true;
      if (outcome === "duplicate") item?.known();
      else item?.done("accepted");
    });
    if (queued) hands.queued();
    return again;
  };

  const offer = <K extends "accepted" | "known">(
    message: InboundMessage,
    joins: readonly string[] | null,
    ifKnown: K,
  ): Promise<Intaken | K> => {
    const lane = laneOfPair(message);
    if (lane.lost) return Promise.resolve("unavailable");
    if (waiting >= waitingMax) return Promise.resolve("overloaded");
    waiting += 1;
    return new Promise<Intaken | K>((done) => {
      lane.inbound.push({ message, joins, done, known: () => done(ifKnown) });
      start(lane);
    });
  };
  const asOnePiece = (message: InboundMessage): InboundMessage =>
    message.part?.total === 1 ? { ...message, part: null } : message;

  return {
    accept: (message) => offer(asOnePiece(message), null, "accepted"),
    acceptNew: (message) => offer(asOnePiece(message), null, "known"),
    receive: (receipt) => {
      const lane = laneOf(receipt.carrierIds[0] ?? "");
      if (lane.lost) return Promise.resolve("unavailable");
      if (waiting >= waitingMax) return Promise.resolve("overloaded");
      waiting += 1;
      return new Promise((done) => {
        lane.receipts.push({ receipt, done });
        start(lane);
      });
    },
    record: (facts) => {
      const lane = laneOf(facts.accepted?.[0]?.carrierId ?? "");
      return new Promise((done) => {
        lane.facts.push({ facts, done });
        start(lane);
      });
    },
    join: (parts) => offer(joined(parts, ids.next()), keysOf(parts), "accepted"),
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

const NOTHING = { accepted: [], deferred: [], verdicts: [], receipts: [] };

const takeUpTo = <K extends "inbound" | "receipts" | "facts">(lane: Lane, kind: K, max: number): Lane[K] => {
  const all = lane[kind];
  if (all.length <= max) {
    lane[kind] = [] as unknown as Lane[K];
    return all;
  }
  return all.splice(0, max) as Lane[K];
};

const pairOf = (message: InboundMessage): Pair | null =>
  isMsisdn(message.from) && isMsisdn(message.to) ? { sender: message.from, virtualNumber: message.to } : null;

const keyOf = (message: InboundMessage): string => `${message.from}>${message.to}`;
