import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { PARTS_TIMEOUT_MS } from "#core/domain/part-assembly.ts";
import type { Ruling } from "#core/domain/policy.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import { houseWishRules } from "#core/domain/wishes/wish.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { AcceptResult, Inbound, OfferResult } from "#core/ports/inbound.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { Services } from "#core/ports/services.ts";
import type { Sums } from "#core/ports/sums.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { OpenAsk, StoredPart, Traffic } from "#core/ports/traffic.ts";
import { createBatchCommit } from "./commit-batch.ts";
import type { Facts, OutboundSide } from "./context.ts";
import { answered, joined, keysOf } from "./decide-batch.ts";
import { createDecider } from "./decider.ts";
import { createInboundCounter, type InboundCounts } from "./inbound-counts.ts";
import { notLaterThan, receivedMessage } from "./received-message.ts";
import { createWriterMeasures, type WriterMeasures } from "./writer-measures.ts";
import { createWriterShards, type WriterShardsOptions } from "./writer-shards.ts";

/**
 * Whatever comes from carriers or from the dispatcher is collected, decided on and written in micro-batches. A batch leaves as soon as
 * nothing else is being written, so its size follows the load by itself: one message when it is quiet, hundreds when it is busy, and
 * then two batches side by side. The messages of one pair of numbers are written in the order in which they were offered.
 */
export interface BatchWriter extends Inbound {
  /** Writes what became of owned messages; calls `done` when that is durable, however long it takes. */
  record(facts: Facts, done?: () => void): void;
  /** Joins the parts of a long text whose last part did not come in time. */
  join(parts: readonly StoredPart[]): Promise<AcceptResult>;
  /** Writes a text that waited for the policy, by what came of asking. */
  answer(ask: OpenAsk, ruling: Ruling): Promise<AcceptResult>;
  counts(): InboundCounts;
  readonly measures: WriterMeasures;
  /** Messages and receipts that wait to be written. */
  waiting(): number;
  /** Id of the oldest message that waits or is being written; null when there is none. */
  oldestWaiting(): string | null;
  /** Recipients for whom a batch is being written: what it writes may be stored long before its answer is read. */
  recipients(): ReadonlySet<string>;
  /** Resolves when what is being written now is written. */
  settled(): Promise<void>;
  /** Resolves when nothing waits or is being written. */
  idle(): Promise<void>;
}

export interface BatchWriterPorts {
  readonly traffic: Traffic;
  readonly numbers: Pick<Numbers, "ownAmong">;
  readonly services: Pick<Services, "current">;
  /** Absent: what people text is counted in memory alone. */
  readonly sums?: Pick<Sums, "add" | "lately">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly journal: Pick<Journal, "writesDelayed" | "routesUnsteady" | "loopCut">;
}

export interface BatchWriterOptions {
  readonly messageTtlMs: number;
  /** Messages and receipts that may wait to be written; beyond it carriers are told to come again. */
  readonly waitingMax?: number;
  readonly shards?: number;
  /** As {@link WriterShardsOptions} says. */
  readonly lingerMax?: number;
  /** How long the parts of a long text are waited for. */
  readonly partsTimeoutMs?: number;
  /** Told the code of each receipt that says of a failure, once it is taken. */
  readonly onFailedReceipt?: (code: string) => void;
  /** Told when a text is stored about which the policy is to be asked. */
  readonly onAsked?: () => void;
}

const WAITING_MAX = 20_000;
/** Two connections keep a two-core database busy; more only get in each other's way. */
const SHARDS = 2;

export const startBatchWriter = (
  ports: BatchWriterPorts,
  {
    messageTtlMs,
    waitingMax = WAITING_MAX,
    shards: count = SHARDS,
    lingerMax,
    partsTimeoutMs = PARTS_TIMEOUT_MS,
    onFailedReceipt = () => {},
    onAsked = () => {},
  }: BatchWriterOptions,
  outbound: OutboundSide,
): BatchWriter => {
  const { traffic, timer, ids, clock, journal } = ports;
  const decider = createDecider(ports, {
    messageTtlMs,
    partsTimeoutMs,
    wishRules: houseWishRules,
    mayOwn: outbound.mayOwn,
    onLoop: (conversationId) => journal.loopCut({ conversationId }),
  });
  const counter = createInboundCounter();
  const measures = createWriterMeasures();
  const shards = createWriterShards(
    { shards: count, waitingMax, ...(lingerMax !== undefined && { lingerMax }) },
    { clock, timer, journal },
    outbound.isBehind,
    createBatchCommit({ traffic, clock, journal, measures }, decider, outbound, counter, onAsked),
  );

  const put = (message: InboundMessage, done: (result: OfferResult) => void): void => {
    measures.received[message.link] += 1;
    shards.putInbound({ message, joins: null, done });
  };

  /** What has waited in storage, and is made into a message now. */
  const putStored = (
    message: InboundMessage,
    joins: readonly string[],
    ruling?: Ruling,
  ): Promise<AcceptResult> =>
    new Promise((resolve) => {
      const done = (result: OfferResult): void => resolve(asAccepted(result));
      shards.putInbound({ message, joins, done, ...(ruling && { ruling }) });
    });

  const putReceipt = (receipt: Receipt, done: (result: AcceptResult) => void): void => {
    const { failure } = receipt;
    measures.receipts[receipt.state] += 1;
    const counted = (result: AcceptResult): void => {
      if (failure !== null && result === "accepted") onFailedReceipt(failure.code);
      done(result);
    };
    shards.putReceipt({ receipt, done: failure === null ? done : counted });
  };

  return {
    // Its key names the time at which it came, also when the clock has gone back since.
    offer: (message, done) => put(receivedMessage(message), done),
    offerReceipt: putReceipt,
    accept: (message) =>
      new Promise((resolve) => {
        put(notLaterThan(clock.now(), receivedMessage(message)), (result) => resolve(asAccepted(result)));
      }),
    acceptReceipt: (receipt) => new Promise((done) => putReceipt(receipt, done)),
    record: (facts, done = () => {}) =>
      shards.putFacts(facts.accepted?.[0]?.carrierId ?? "", { facts, done }),
    join: (parts) => putStored(joined(parts, ids.next()), keysOf(parts)),
    answer: (ask, ruling) => putStored(answered(ask, ids.next()), [ask.key], ruling),
    counts: counter.counts,
    measures,
    waiting: shards.waiting,
    oldestWaiting: shards.oldestWaiting,
    recipients: shards.recipients,
    settled: shards.settled,
    idle: async () => {
      await shards.idle();
      await decider.settled();
    },
  };
};

const asAccepted = (result: OfferResult): AcceptResult => (result === "known" ? "accepted" : result);
