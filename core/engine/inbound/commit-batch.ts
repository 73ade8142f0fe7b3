import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import { isFinalReceipt } from "#core/domain/receipt.ts";
import type { Epoch } from "#core/engine/ownership/ownership.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type {
  Accepted,
  Batch,
  BatchOutcome,
  InboundOutcome,
  RequeuedMessage,
  Traffic,
} from "#core/ports/traffic.ts";
import type { ActiveWrite } from "./active-write.ts";
import type { OutboundSide } from "./context.ts";
import type { Decider, PlannedPendingWrite } from "./decider.ts";
import type { InboundCounter } from "./inbound-counts.ts";
import { notify, type PendingInbound, type WriteBatch } from "./write-batch.ts";
import type { WriterMeasures } from "./writer-measures.ts";

/** A route that changes between each decision and its write this often is not changing: something is broken. */
const DECISIONS_MAX = 50;

export interface BatchCommitPorts {
  readonly traffic: Pick<Traffic, "commit">;
  readonly clock: Pick<SteadyClock, "elapsed">;
  readonly measures: Pick<WriterMeasures, "commitSeconds" | "batchMessages" | "written">;
  readonly journal: Pick<Journal, "routesUnsteady">;
}

/**
 * Decides on a batch and writes it, and decides again on what has been overtaken by a change of its route. Facts and receipts go with
 * the first write. Notifies everything that waits for the batch.
 */
export const createBatchCommit =
  (
    { traffic, clock, journal, measures }: BatchCommitPorts,
    decider: Decider,
    outbound: OutboundSide,
    counter: InboundCounter,
    onAsked: () => void,
  ) =>
  async (active: ActiveWrite): Promise<void> => {
    const { inbound, receipts, facts } = active.batch;
    let undecided = inbound;
    let unwritten = knownOf(active.batch);
    if (inbound.length === 0 && Object.values(unwritten).every(({ length }) => length === 0)) {
      notifyKnown(facts, receipts);
      return;
    }
    for (let decisions = 1; ; decisions += 1) {
      // While storage is away for long, carriers are told to bring these again; they are written all the same.
      const writes = await active.untilAnswered(() => decider.decide(undecided));
      await active.enter(recipientsOf(writes));
      const epoch = outbound.epoch();
      const { dispatcher } = epoch;
      const askedAt = clock.elapsed();
      const outcome: BatchOutcome = await active.untilAnswered(() =>
        traffic.commit({ dispatcher, inbound: writes.map(({ write }) => write), ...unwritten }),
      );
      measures.commitSeconds.observe((clock.elapsed() - askedAt) / 1_000);
      measures.batchMessages.observe(writes.length + sizeOf(unwritten));
      if (outcome.kind === "fenced") {
        // The next epoch begins in storage, which may be away for long.
        active.lose();
        await outbound.fenced(epoch);
        continue;
      }
      measures.written(unwritten);
      unwritten = NOTHING;
      notifyKnown(facts, receipts);
      undecided = settle({ decider, outbound, counter, onAsked, epoch, askedAt }, writes, outcome.inbound);
      if (undecided.length === 0) return;
      if (decisions >= DECISIONS_MAX) {
        journal.routesUnsteady({ messages: undecided.length });
        for (const each of undecided) notify(each, "unavailable");
        return;
      }
    }
  };

interface Settling {
  readonly decider: Decider;
  readonly outbound: OutboundSide;
  readonly counter: InboundCounter;
  /** A text is stored about which the policy is to be asked. */
  readonly onAsked: () => void;
  readonly epoch: Epoch;
  /** When storage was first asked to write it, on the steady clock. */
  readonly askedAt: number;
}

/** Notifies what is written, passes on what is owned, and answers what has to be decided again. */
const settle = (
  { decider, outbound, counter, onAsked, epoch, askedAt }: Settling,
  writes: readonly PlannedPendingWrite[],
  outcomes: readonly InboundOutcome[],
): readonly PendingInbound[] => {
  const again: PendingInbound[] = [];
  let queued = false;
  writes.forEach(({ write, routed }, i) => {
    const { decision, inbound, joins, serviceId, beside } = write;
    const outcome = outcomes[i]!;
    if (outcome === "stale") {
      decider.forget(inbound);
      // breakage: forget-stale
      again.push(routed?.item ?? { message: inbound, joins, done: () => {} });
      return;
    }
    // breakage: count-what-is-known
    if (outcome === "duplicate") counter.duplicate();
    else {
      counter.written(write);
      if (decision.kind === "ask") onAsked();
      decider.written(write);
    }
    if (outcome === "owned" && decision.kind === "relay")
      outbound.own(decision.message, serviceId, epoch, askedAt);
    if (outcome === "queued" || decision.kind === "command" || beside) queued = true;
    // What is known was decided then, perhaps otherwise: storage calls out what came of it.
    // breakage: command-what-is-known
    if (decision.kind === "command" && outcome !== "duplicate")
      outbound.commanded({ ...decision, from: inbound.from, serviceId });
    if (routed) notify(routed.item, outcome === "duplicate" ? "known" : "accepted");
  });
  if (queued) outbound.queued();
  return again;
};

/** What needs no decision. */
type Known = Pick<Batch, "accepted" | "requeued" | "outcomes" | "receipts">;

const sizeOf = ({ accepted, requeued, outcomes, receipts }: Known): number =>
  accepted.length + requeued.length + outcomes.length + receipts.length;

const NOTHING: Known = { accepted: [], requeued: [], outcomes: [], receipts: [] };

const knownOf = ({ facts: pending, receipts }: WriteBatch): Known => {
  const accepted: Accepted[] = [];
  const requeued: RequeuedMessage[] = [];
  const outcomes: FinalOutcome[] = [];
  for (const { facts } of pending) {
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

const recipientsOf = (writes: readonly PlannedPendingWrite[]): ReadonlySet<string> => {
  const recipients = new Set<string>();
  for (const { write } of writes)
    if (write.decision.kind === "relay") recipients.add(write.decision.message.recipientId);
  return recipients;
};

const notifyKnown = (facts: WriteBatch["facts"], receipts: WriteBatch["receipts"]): void => {
  for (const each of facts) notify(each, undefined);
  for (const each of receipts) notify(each, "accepted");
};
