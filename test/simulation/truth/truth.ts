import type { MemoryTables } from "#adapters/memory/tables.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import type { Opening } from "#core/domain/opening.ts";
import { isStrangerTalk } from "#core/domain/out-of-session.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { ReceiptState } from "#core/domain/receipt.ts";
import type { Repetition } from "#core/domain/repeating.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";
import type { Closing, Swap } from "#core/ports/conversations.ts";
import type { Batch, BatchOutcome } from "#core/ports/traffic.ts";
import type { Submission } from "#test/simulation/carrier/carrier.ts";
import { SECOND_RULES, SETTINGS } from "#test/simulation/settings.ts";
import type { Shape } from "#test/simulation/shape.ts";
import { createAnswers } from "./answers.ts";
import { type Asks, type AsksOptions, createAsks } from "./asks.ts";
import { type CarrierOptOuts, createCarrierOptOuts } from "./carrier-opt-outs.ts";
import { mustCloseRightly } from "./closings.ts";
import { type ControlledLinks, createControlledLinks } from "./controlled-links.ts";
import { decisionsJudge } from "./decisions.ts";
import { createDepartures, type Departures } from "./departures.ts";
import { createEndings, type Endings } from "./endings.ts";
import { createEventJudge, type EventJudge } from "./event-log.ts";
import { createHandsets } from "./handsets.ts";
import { createHours, type OpenHours } from "./hours.ts";
import { createLeaks, type LeakActions } from "./leaks.ts";
import { createLimits, type LimitedService } from "./limits.ts";
import { createLinkEvents } from "./link-events.ts";
import { createLoops } from "./loops.ts";
import { createNumberEvents } from "./number-events.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { createPairs, type Pairs } from "./pairs.ts";
import { createParticipantEvents, type ExpectedEvent, type ParticipantEvents } from "./participant-events.ts";
import { createReactions } from "./reactions.ts";
import { mustKeepWishes } from "./restored-wishes.ts";
import { createRetries } from "./retries.ts";
import { createStrangers } from "./strangers.ts";
import { createTypedTexts, type Silence, type TypedTexts } from "./typed-texts.ts";
import { createWishes } from "./wishes.ts";
import { createWriterNotices } from "./writer-notices.ts";

/** The judge: sees every write at the instant of its commit and every SMS at the carrier, and believes nothing else. */
export interface Truth {
  /** A call to the store, at its commit. */
  observe(call: string, args: readonly unknown[], answer: unknown): void;
  submitted(submission: Submission): void;
  /** Our side tells the carrier that it has a final receipt of this id. */
  receipted(carrierId: string): void;
  /** What a link said became of a message. `unheard`: an answer is truly missing. */
  answered(messageId: string, outcome: SendOutcome, unheard: boolean): void;
  readonly asks: Pick<Asks, "mustBeAskable" | "asked">;
  readonly typed: TypedTexts;
  readonly pairs: Pairs;
  readonly outbox: Outbox;
  readonly departures: Departures;
  readonly controlledLinks: ControlledLinks;
  readonly endings: Endings;
  readonly retries: Pick<ReturnType<typeof createRetries>, "finalCheck">;
  readonly events: EventJudge;
  readonly participantEvents: Pick<ParticipantEvents, "expectedUntil">;
  readonly carrierOptOuts: Pick<CarrierOptOuts, "heeded">;
  /** The past has been gone over: the store is where it was brought back to, and no process lives. */
  restored(): void;
}

export interface TruthOptions {
  readonly now: () => number;
  readonly stored: MemoryTables;
  readonly realNumbers: ReadonlySet<string>;
  /** The service of each virtual number. */
  readonly serviceOf: ReadonlyMap<string, string>;
  /** The service that has a policy, and its rule; null: none has. */
  readonly policy: Shape["policy"];
  readonly leakActions: LeakActions;
  readonly openHours: OpenHours | null;
  readonly limited: LimitedService | null;
  readonly outOfSession: AsksOptions["outOfSession"];
  readonly said: (carrierId: string) => readonly ReceiptState[];
  /** Gateways that report no more; absent: as storage has it now. */
  readonly silent?: () => readonly Silence[];
  /** A restore has brought back the store of an earlier moment, up to which the past is gone over once more. */
  readonly past?: Past;
  /** A carrier's word that somebody wants no texts has been heeded. */
  readonly onHeeded?: (submission: Submission) => void;
  /** A message has been found to have ended. */
  readonly onEnded?: (messageId: string) => void;
}

/** What a judge is told of who judged before the store went back. */
export interface Past {
  /** Whether it is still gone over: the store stands where it will be in the end. */
  isOn(): boolean;
  readonly expected: readonly ExpectedEvent[];
  endedUnsent(messageId: string): boolean;
}

const ON_THE_WIRE_MS = 2 * SETTINGS.skewMaxMs + 500;

/** A gateway that has reported for the last time takes nothing later than this. */
const TAKES_AFTER_MS = 3_000;

/** Gateways report every second when all is well. */
const LATE_REPORT_MS = 1_500;

/** The shortest life of a text, by clocks that are apart. */
const HELD_MAX_MS = SECOND_RULES.messageTtlMs - 2 * SETTINGS.skewMaxMs;

/** Gateways that have not reported lately. */
export const silentIn = ({ linkReports }: MemoryTables, now: number): readonly Silence[] =>
  [...linkReports.values()]
    .filter(({ at }) => SETTINGS.epoch + now - at >= LATE_REPORT_MS)
    .map(({ at, report }) => ({
      process: report.process,
      since: report.settledBefore - SETTINGS.epoch,
      until: at - SETTINGS.epoch + TAKES_AFTER_MS,
    }));

export const createTruth = (options: TruthOptions): Truth => {
  const { now, serviceOf, realNumbers } = options;
  const virtualNumbers = new Set(serviceOf.keys());
  const clocks = { now, epoch: SETTINGS.epoch, skewMaxMs: SETTINGS.skewMaxMs };
  const pairs = createPairs({ ...clocks, serviceOf });
  const isPast = (): boolean => options.past?.isOn() ?? false;
  const participantEvents = createParticipantEvents(options.stored, now, options.past?.expected);
  const controlledLinks = createControlledLinks(now);
  const numberEvents = createNumberEvents(serviceOf.keys());
  const linkEvents = createLinkEvents(() => SETTINGS.epoch + now());
  const wishes = createWishes(serviceOf, now, (change) => {
    if (!isPast()) participantEvents.changed(change);
  });
  const { onHeeded = () => {}, onEnded = () => {} } = options;
  const carrierOptOuts = createCarrierOptOuts(options.stored, wishes, serviceOf, onHeeded);
  const outbox = createOutbox({ now, realNumbers, virtualNumbers });
  const writerNotices = createWriterNotices(outbox, clocks);
  const strangers = createStrangers();
  const limits = createLimits(options.limited, clocks);
  const departures = createDepartures(outbox, pairs, wishes, {
    ...clocks,
    serviceOf,
    hours: createHours(options.openHours, { ...clocks, serviceOf }),
    limits,
    onTheWireMs: ON_THE_WIRE_MS,
  });
  const show = createHandsets(outbox, realNumbers);
  const silent = options.silent ?? (() => silentIn(options.stored, now()));
  const asks = createAsks({
    ...{ now, policy: options.policy, outOfSession: options.outOfSession },
    ...{ heldMaxMs: HELD_MAX_MS, epoch: SETTINGS.epoch },
  });
  const typed = createTypedTexts({
    ...clocks,
    ...{ partsTimeoutMs: SETTINGS.partsTimeoutMs, silent },
    hasWaited: (write) => asks.decidedBy(write) !== null,
  });
  const leaks = createLeaks(options.leakActions);
  const loops = createLoops(SETTINGS.epoch, SETTINGS.skewMaxMs);
  const judgeDecision = decisionsJudge(pairs, wishes, {
    ...{ ...clocks, serviceOf },
    relayable: createReactions({ ...clocks, outbox }),
    asks,
    loops,
    leaks,
    limits,
    answers: createAnswers({ ...clocks, outbox }),
  });
  const subjects = [participantEvents, linkEvents, controlledLinks, numberEvents];
  const events = createEventJudge(
    options.stored,
    realNumbers,
    leaks.hiddenIn,
    subjects,
    options.past?.endedUnsent ?? (() => false),
  );
  const ids = new Map<string, { part: number; carrierId: string }[]>();
  const retries = createRetries({ ...{ now, outbox, pairs, wishes, serviceOf }, stored: options.stored });
  const decided = new Set<string>();
  const troubled = new Set<string>();
  const receiptedAt = new Map<string, number>();
  const lastTextAt = new Map<string, number>();
  const endings = createEndings(outbox, pairs, departures, wishes, {
    ...clocks,
    stored: options.stored,
    serviceOf,
    said: options.said,
    receiptedAt: (carrierId) => receiptedAt.get(carrierId) ?? null,
    idsOf: (messageId) => ids.get(messageId) ?? [],
    refused: (messageId) => troubled.has(messageId),
    onEnded,
  });

  const observeCommit = (batch: Batch, outcome: BatchOutcome): void => {
    if (outcome.kind === "fenced") return;
    for (const { messageId, part } of batch.accepted) departures.recorded(messageId, part);
    for (const { messageId } of batch.outcomes) departures.recorded(messageId, null);
    batch.inbound.forEach((write, i) => {
      const result = outcome.inbound[i]!;
      // A batch whose answer was lost is written once more, and answered as if for the first time.
      if (result === "stale" || decided.has(write.inbound.id)) return;
      typed.committed(write, result, batch.dispatcher);
      if (result === "duplicate") return;
      decided.add(write.inbound.id);
      const { decision } = write;
      judgeDecision(write);
      strangers.decided(write);
      const waited = asks.decidedBy(write);
      if (waited) asks.decided(waited);
      if (decision.kind === "ask") {
        if (isStrangerTalk(decision.conversationId)) strangers.asked(write, batch.dispatcher);
        asks.stored(write);
        return;
      }
      if (write.liftsOptOut && write.serviceId !== null)
        wishes.optOuts.start(write.serviceId, write.inbound.from);
      if (decision.kind === "command") {
        wishes.heard(write);
        if (decision.closes)
          pairs.closed(decision.closes.conversationId, decision.closes.quarantinedUntil - SETTINGS.epoch);
        if (decision.autoReply) outbox.born(decision.autoReply);
      }
      if (write.beside?.notice) outbox.born(write.beside.notice);
      if (decision.kind !== "relay") return;
      outbox.born(decision.message);
      const { conversationId, receivedAt, hold } = decision.message;
      const cameAt = hold?.since ?? receivedAt;
      lastTextAt.set(conversationId, Math.max(lastTextAt.get(conversationId) ?? 0, cameAt));
    });
  };

  const bearAll = (messages: readonly OutboundMessage[]): void => {
    for (const message of messages) outbox.born(message);
  };

  return {
    asks,
    typed: {
      ...typed,
      typed: (text) => {
        limits.typed(text);
        loops.typed(text);
        typed.typed(text);
      },
    },
    pairs,
    outbox,
    departures,
    controlledLinks,
    endings,
    retries,
    events,
    participantEvents,
    carrierOptOuts,
    restored: () => {
      mustKeepWishes(options.stored, wishes, new Set(serviceOf.values()), realNumbers);
      departures.restored();
      carrierOptOuts.restored();
      endings.restored();
      events.look();
    },
    observe: (call, args, answer) => {
      if (!isPast()) events.look();
      linkEvents.observe(call, args);
      numberEvents.observe(call, args, answer);
      if (!isPast()) carrierOptOuts.look();
      const kind = (answer as { kind?: string } | null)?.kind;
      if (call === "conversations.open" && kind === "opened") {
        pairs.opened(args[0] as Opening);
        bearAll((args[0] as Opening).intros);
      } else if (call === "conversations.swap" && kind === "swapped") {
        const swap = args[0] as Swap;
        if (!swap.intros.some(({ id }) => outbox.get(id))) {
          pairs.swapped(swap);
          bearAll(swap.intros);
        }
      } else if (call === "conversations.close" && answer) {
        const closing = args[0] as Closing;
        const conversation = answer as Conversation;
        mustCloseRightly(closing, conversation, lastTextAt.get(closing.id) ?? null);
        if (conversation.closedAt !== null)
          pairs.closed(conversation.id, closing.quarantinedUntil - SETTINGS.epoch);
      } else if (call === "conversations.addRetry" && answer === "added") {
        const again = retries.added(args[0] as string, args[1] as Repetition, isPast());
        outbox.born(again);
        const { conversationId, receivedAt } = again;
        lastTextAt.set(conversationId, Math.max(lastTextAt.get(conversationId) ?? 0, receivedAt));
      } else if (call === "conversations.addMessages" && answer === "added") {
        for (const message of args[1] as readonly OutboundMessage[]) writerNotices.born(message);
        bearAll(args[1] as readonly OutboundMessage[]);
      } else if (call === "traffic.commit") {
        observeCommit(args[0] as Batch, answer as BatchOutcome);
      } else if (call !== "reconciliation.matchParked") {
        return;
      }
      if (!isPast()) endings.look();
    },
    submitted: (submission) => {
      const { messageId, part, carrierId } = submission;
      ids.set(messageId, [...(ids.get(messageId) ?? []), { part, carrierId }]);
      carrierOptOuts.submitted(submission);
      departures.submitted(submission);
      show(submission);
    },
    receipted: (carrierId) => {
      if (!receiptedAt.has(carrierId)) receiptedAt.set(carrierId, now());
    },
    answered: (messageId, outcome, unheard) => {
      if (outcome.kind === "unknown") departures.unknown(messageId, unheard);
      if (outcome.kind === "unknown" || outcome.kind === "retry" || outcome.kind === "refused")
        troubled.add(messageId);
    },
  };
};
