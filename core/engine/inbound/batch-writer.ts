import type { Command } from "#core/domain/command.ts";
import type { FinalOutcome, InboundMessage, OutboundMessage } from "#core/domain/message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { isFinalReceipt, type Receipt } from "#core/domain/receipt.ts";
import type { Route } from "#core/domain/route.ts";
import type { Epoch } from "#core/engine/ownership/ownership.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { Timer } from "#core/ports/timer.ts";
import type {
  Accepted,
  Batch,
  BatchOutcome,
  InboundOutcome,
  RequeuedMessage,
  StoredPart,
  Traffic,
} from "#core/ports/traffic.ts";
import { joined, keysOf } from "./decide-batch.ts";
import { createDecider, type PlannedPendingWrite } from "./decider.ts";
import { notify, type PendingInbound, type WriteBatch } from "./write-batch.ts";
import { type ActiveWrite, createWriterShards, type WriterShard } from "./writer-shards.ts";

/**
 * The way in: whatever comes from carriers or from the dispatcher is collected, decided on and written in micro-batches.
 * A batch leaves as soon as nothing else is being written, so its size follows the load by itself: one message when it is quiet,
 * hundreds when it is busy, and then two side by side. What shares a lane keeps its order; a pair of numbers always shares one.
 */
export interface BatchWriter {
  /**
   * Calls back once, when the message is durable (`accepted`), was so before (`known`), or was not taken. Not by promises: links bring
   * tens of thousands a second, and a promise for each would cost more than what is done with it. `done` must not throw.
   */
  offer(message: InboundMessage, done: (taken: AcceptResult | "known") => void): void;
  /** The same for a carrier's receipt. */
  offerReceipt(receipt: Receipt, done: (taken: AcceptResult) => void): void;
  /** Resolves when the message is durable (`accepted`, also when it was known), or was not taken. Never rejects. */
  accept(message: InboundMessage): Promise<AcceptResult>;
  receive(receipt: Receipt): Promise<AcceptResult>;
  /** Writes what became of messages in hand; calls back when that is durable, however long it takes. */
  record(facts: Facts, done?: () => void): void;
  /** Joins the parts of a long text that ripened without a last part coming by. */
  join(parts: readonly StoredPart[]): Promise<AcceptResult>;
  /** Messages waiting to be written. */
  waiting(): number;
  /** The oldest message that is waiting or being written; null when there is none. */
  oldestWaiting(): string | null;
  /** Recipients for whom a batch is being written: what it writes may be stored long before its answer is read. */
  recipients(): ReadonlySet<string>;
  /** Resolves when what is being written now is written. */
  settled(): Promise<void>;
  /** Resolves when nothing is waiting or being written. */
  idle(): Promise<void>;
}

/** `overloaded` and `unavailable`: the carrier shall bring it again. */
export type AcceptResult = "accepted" | "overloaded" | "unavailable";

/** What became of messages in hand. */
export interface Facts {
  readonly accepted?: readonly Accepted[];
  readonly requeued?: readonly RequeuedMessage[];
  readonly outcomes?: readonly FinalOutcome[];
}

/** Whoever sends what is written. */
export interface OutboundSide {
  /** The epoch in which this process writes. */
  epoch(): Epoch;
  mayOwn(recipientId: string): boolean;
  /** Whether more is owned than leaves soon. */
  isBehind(): boolean;
  /** A message that is durable, and owned since `epoch` by this process. */
  own(message: OutboundMessage, epoch: Epoch): void;
  /** Something was queued that somebody should claim. */
  queued(): void;
  /** A participant's word for us has taken effect: what was accepted before may have to stay. */
  commanded(command: WrittenCommand): void;
  /** The epoch is over; resolves when the next one has joined. */
  fenced(epoch: Epoch): Promise<void>;
}

/** A command that is durable: who gave it, and on which route. */
export interface WrittenCommand {
  readonly command: Command;
  readonly from: string;
  readonly route: Route | null;
}

export interface BatchWriterPorts {
  readonly traffic: Traffic;
  readonly numbers: Pick<Numbers, "ownAmong">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
}

export interface BatchWriterOptions {
  readonly messageTtlMs: number;
  /** Messages and receipts that may wait to be written; beyond it carriers are told to come again. */
  readonly waitingMax?: number;
  readonly lanes?: number;
}

const WAITING_MAX = 20_000;
/** Two connections keep a two-core database busy; more only get in each other's way. */
const LANES = 2;
/** A route that changes between each decision and its write this often is not changing: something is broken. */
const DECISIONS_MAX = 50;

export const startBatchWriter = (
  ports: BatchWriterPorts,
  options: BatchWriterOptions,
  hands: OutboundSide,
): BatchWriter => {
  const { traffic, timer, ids } = ports;
  const waitingMax = options.waitingMax ?? WAITING_MAX;
  const decider = createDecider(ports, { messageTtlMs: options.messageTtlMs, mayOwn: hands.mayOwn });

  const write = async (writing: ActiveWrite): Promise<void> => {
    const { inbound, receipts, facts } = writing;
    let undecided = inbound;
    let unwritten = together(facts, receipts);
    if (inbound.length === 0 && Object.values(unwritten).every(({ length }) => length === 0)) {
      tellAll(facts, receipts);
      return;
    }
    for (let decisions = 1; ; decisions += 1) {
      const asking = [...undecided, ...receipts];
      // If the database is away, carriers are told to bring these again; they are written all the same.
      const writes = await lanes.untilAnswered(writing, asking, () => decider.decide(undecided));
      await lanes.enter(writing, threadsOf(writes), asking);
      const epoch = hands.epoch();
      const { dispatcher } = epoch;
      const outcome: BatchOutcome = await lanes.untilAnswered(writing, asking, () =>
        traffic.commit({ dispatcher, inbound: writes.map(({ write }) => write), ...unwritten }),
      );
      if (outcome.kind === "fenced") {
        // For as long as the database may be away.
        lanes.lose(writing, asking);
        await hands.fenced(epoch);
        continue;
      }
      unwritten = NOTHING;
      tellAll(facts, receipts);
      undecided = settle(writes, outcome.inbound, epoch);
      if (undecided.length === 0) return;
      if (decisions >= DECISIONS_MAX) {
        for (const each of undecided) notify(each, "unavailable");
        return;
      }
    }
  };

  /** Tells whoever waits; answers what has to be decided again. */
  const settle = (
    writes: readonly PlannedPendingWrite[],
    outcomes: readonly InboundOutcome[],
    epoch: Epoch,
  ): readonly PendingInbound[] => {
    const again: PendingInbound[] = [];
    let queued = false;
    writes.forEach(({ write, routed }, i) => {
      const { decision, inbound, joins } = write;
      const outcome = outcomes[i]!;
      if (outcome === "stale") {
        decider.forget(inbound);
        // breakage: forget-stale
        again.push(routed?.item ?? { message: inbound, joins, done: () => {} });
        return;
      }
      if (outcome === "owned" && decision.kind === "relay") hands.own(decision.message, epoch);
      if (outcome === "queued" || decision.kind === "command") queued = true;
      if (decision.kind === "command") hands.commanded({ ...decision, from: inbound.from });
      if (routed) notify(routed.item, outcome === "duplicate" ? "known" : "accepted");
    });
    if (queued) hands.queued();
    return again;
  };

  const lanes = createWriterShards(options.lanes ?? LANES, timer, hands.isBehind, write);

  /** Why nothing more can be taken now; null when it can. */
  const refusal = (lane: WriterShard): "unavailable" | "overloaded" | null =>
    lane.writing?.lost ? "unavailable" : lanes.waiting() >= waitingMax ? "overloaded" : null;

  const put = (
    message: InboundMessage,
    joins: readonly string[] | null,
    done: (taken: AcceptResult | "known") => void,
  ): void => {
    const lane = lanes.ofPair(message);
    const refused = refusal(lane);
    if (refused) done(refused);
    // breakage: acknowledge-before-commit
    else lanes.putInbound(lane, { message, joins, done });
  };

  const putReceipt = (receipt: Receipt, done: (taken: AcceptResult) => void): void => {
    const lane = lanes.ofId(receipt.carrierIds[0] ?? "");
    const refused = refusal(lane);
    if (refused) done(refused);
    else lanes.putReceipt(lane, { receipt, done });
  };

  const putAndWait = (message: InboundMessage, joins: readonly string[] | null): Promise<AcceptResult> =>
    new Promise((resolve) => {
      put(message, joins, (taken) => resolve(taken === "known" ? "accepted" : taken));
    });

  return {
    offer: (message, done) => put(received(message), null, done),
    offerReceipt: putReceipt,
    accept: (message) => putAndWait(received(message), null),
    receive: (receipt) => new Promise((resolve) => putReceipt(receipt, resolve)),
    record: (facts, done = () => {}) => {
      lanes.putFacts(lanes.ofId(facts.accepted?.[0]?.carrierId ?? ""), { facts, done });
    },
    join: (parts) => putAndWait(joined(parts, ids.next()), keysOf(parts)),
    waiting: lanes.waiting,
    oldestWaiting: lanes.oldestWaiting,
    recipients: lanes.recipients,
    settled: lanes.settled,
    idle: lanes.idle,
  };
};

type Known = Pick<Batch, "accepted" | "requeued" | "outcomes" | "receipts">;

const together = (waiting: WriteBatch["facts"], receipts: WriteBatch["receipts"]): Known => {
  const accepted: Accepted[] = [];
  const requeued: RequeuedMessage[] = [];
  const outcomes: FinalOutcome[] = [];
  for (const { facts } of waiting) {
    if (facts.accepted) accepted.push(...facts.accepted);
    if (facts.requeued) requeued.push(...facts.requeued);
    if (facts.outcomes) outcomes.push(...facts.outcomes);
  }
  return {
    accepted,
    requeued,
    outcomes,
    receipts: receipts.map(({ receipt }) => receipt).filter(isFinalReceipt),
  };
};

const threadsOf = (writes: readonly PlannedPendingWrite[]): ReadonlySet<string> => {
  const threads = new Set<string>();
  for (const { write } of writes)
    if (write.decision.kind === "relay") threads.add(write.decision.message.recipientId);
  return threads;
};

const tellAll = (facts: WriteBatch["facts"], receipts: WriteBatch["receipts"]): void => {
  for (const each of facts) notify(each, undefined);
  for (const each of receipts) notify(each, "accepted");
};

const NOTHING = { accepted: [], requeued: [], outcomes: [], receipts: [] };

/**
 * A text as all that follows knows it: by the handsets, in whatever form the carrier writes their numbers, and without a
 * part that is its own only one. Short codes and senders in letters stay as they are.
 */
const received = (message: InboundMessage): InboundMessage => {
  const from = lineOf(message.from);
  const to = lineOf(message.to);
  const part = message.part?.total === 1 ? null : message.part;
  return from === message.from && to === message.to && part === message.part
    ? message
    : { ...message, from, to, part };
};

const lineOf = (address: string): string => (isMsisdn(address) ? handsetOf(address) : address);
