import type { Failure } from "#core/domain/failure.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Accepted } from "#core/ports/traffic.ts";
import type { DepartureMeasures } from "./departure-measures.ts";
import type { FailureCounts } from "./failure-counts.ts";
import type { OutboundState } from "./outbound-state.ts";
import { type NextStep, nextStep } from "./outcome.ts";
import { type OwnedMessage, segmentsOf } from "./owned-message.ts";
import type { RecipientQueue } from "./recipient-queues.ts";
import type { Requeue } from "./requeue.ts";

/** Carries out what follows from the answers of links: what is recorded, and what a recipient queue does next. */
export interface Conclusion {
  answered(queue: RecipientQueue, item: OwnedMessage, link: CarrierLink, outcome: SendOutcome): void;
  /** Ends the first message of a queue, which `link` refused, or no link had. */
  end(queue: RecipientQueue, item: OwnedMessage, end: Ending, link?: string): void;
}

export interface Ending {
  readonly state: FinalState;
  readonly failure: Failure;
}

export interface ConclusionContext {
  readonly state: OutboundState;
  readonly writer: Pick<BatchWriter, "record">;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly journal: Pick<Journal, "messageRetried" | "messageEnded">;
  readonly onUnknown: "resend" | "hold";
  readonly requeue: Requeue;
  readonly failures: Pick<FailureCounts, "add">;
  readonly departures: Pick<DepartureMeasures, "sent">;
}

export const createConclusion = (context: ConclusionContext): Conclusion => {
  const { state, writer, clock, chance, journal, onUnknown, requeue, failures, departures } = context;
  const { queues, owned, views } = state;

  const completed = (item: OwnedMessage): void => {
    if (owned.complete(item) && item.claimed) state.mayClaim.raise();
    state.maySend.raise();
  };

  const goOn = (queue: RecipientQueue): void => {
    queues.drop(queue);
    queues.line(queue, "back");
  };

  /** The next message leaves only when this end is durable: after a crash the message would be sent after those that follow it. */
  const end = (
    queue: RecipientQueue,
    item: OwnedMessage,
    { state: finalState, failure }: Ending,
    link = "none",
  ): void => {
    if (finalState !== "blocked") failures.add(link, failure.code);
    queue.state = "busy";
    const { id: messageId } = item.message;
    const outcome = { messageId, state: finalState, failure, at: clock.now() };
    writer.record({ outcomes: [outcome] }, () => {
      // breakage: end-in-silence
      journal.messageEnded({ messageId, state: finalState, code: failure.code, link });
      queue.state = "idle";
      goOn(queue);
      state.settled.raise();
      completed(item);
    });
  };

  const carryOut = (
    queue: RecipientQueue,
    item: OwnedMessage,
    link: CarrierLink,
    outcome: SendOutcome,
    next: NextStep,
  ): void => {
    switch (next.kind) {
      case "complete":
        goOn(queue);
        break;
      case "end":
        end(queue, item, next, link.name);
        break;
      case "requeue":
        Object.assign(item, next.progress);
        journal.messageRetried({
          messageId: item.message.id,
          link: link.name,
          code: codeOf(outcome),
          attempts: item.attempts,
          againInMs: Math.max(0, next.at - clock.now()),
        });
        // breakage: never-retry
        requeue(queue, next.at);
        break;
      case "first-again":
        Object.assign(item, next.progress);
        if (item.partsAccepted > 0 || outcome.kind === "more") item.pinned = link.name;
        queues.line(queue, "front");
    }
  };

  const answered = (
    queue: RecipientQueue,
    item: OwnedMessage,
    link: CarrierLink,
    outcome: SendOutcome,
  ): void => {
    const now = clock.now();
    queue.state = "idle";
    const ids = outcome.kind === "unsent" ? NONE : outcome.carrierIds;
    const parts = link.sendsWholeText ? Math.max(1, ids.length) : segmentsOf(item);
    const { expiresAt } = item.message;
    const next = nextStep(item, outcome, { parts, expiresAt, now, onUnknown, random: chance.next() });
    if (ids.length === 0) views.settle(link.name);
    else {
      const accepted = acceptances(item, ids, parts, link.kind, now);
      // breakage: never-record-acceptance
      writer.record({ accepted }, () => {
        views.settle(link.name);
        if (next.kind === "complete") {
          departures.sent(link.name, item.message.receivedAt, now);
          completed(item);
        } else state.maySend.raise();
      });
    }
    // A message that others recovered meanwhile is theirs; only what the carrier said of it is worth recording.
    if (owned.has(item)) carryOut(queue, item, link, outcome, next);
    else goOn(queue);
    state.settled.raise();
    state.maySend.raise();
  };

  return { answered, end };
};

/** Why it did not leave. */
const codeOf = (outcome: SendOutcome): string =>
  outcome.kind === "retry" ? outcome.failure.code : outcome.kind;

const NONE: readonly (string | null)[] = [];

/** What the carrier has just taken of a message. */
const acceptances = (
  item: OwnedMessage,
  carrierIds: readonly (string | null)[],
  parts: number,
  link: LinkKind,
  at: number,
): readonly Accepted[] =>
  carrierIds.map((carrierId, i) => ({
    messageId: item.message.id,
    part: item.partsAccepted + i,
    parts,
    carrierId,
    link,
    attempts: item.attempts + 1,
    at,
  }));
