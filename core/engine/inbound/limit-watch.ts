import { dayAfterPromises, dayTurnOf, isDayFlood, isDayOver } from "#core/domain/day-limit.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { DecisionContext, InboundDecision } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { heldEvent } from "#core/domain/message-events.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Route } from "#core/domain/route.ts";
import { countSegments } from "#core/domain/segments.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import {
  type Allowance,
  afterHeld,
  afterOneLess,
  afterOneMore,
  afterPromises,
  allowanceAt,
  allowanceBy,
  type ExceededLimit,
  exceededBy,
  fullAllowance,
  HOUR_MS,
  type HoldingLimit,
  heldBackUntil,
  isEmergency,
  isFlood,
  isMuch,
  type LimitRule,
  MINUTE_MS,
  turnOf,
} from "#core/domain/text-limits.ts";
import { noticeTo } from "#core/domain/wishes/notice-message.ts";
import type { PeriodSum } from "#core/ports/sums.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { createDayCounts, type DayCounts, personOf } from "./day-counts.ts";
import { createFanOutWatch } from "./fan-out-watch.ts";
import type { Watched } from "./leak-watch.ts";
import { createPeriodCounts, type PeriodCounts } from "./period-counts.ts";

/** Writers who are remembered, at most, about a kilobyte each. */
const WRITERS_MAX = 10_000;
/** Writers whose texts are counted for others at once. */
const COUNTED_MAX = 1_000;
/** Texts of one writer that are decided the same way when they are decided on again. */
const KNOWN_TEXTS = 32;
/** Who goes beyond a limit is told of once in so long. */
const TOLD_AGAIN_MS = HOUR_MS;
/** Who is blocked is told so once in so long. */
const NOTICE_AGAIN_MS = 24 * HOUR_MS;

type Relay = Extract<InboundDecision, { kind: "relay" }>;

/** Counts what people text, by what this process has received and by what is held: an unsure limit lets pass. */
export interface LimitWatch {
  look(relay: Relay, inbound: InboundMessage, on: LimitedRoute, context: LookContext): Watched;
  /** Names the writer of a route. */
  writerOf(route: Route): string;
  knows(route: Route): boolean;
  /** What others have counted of a writer of whom nothing is known here, by minutes. */
  learn(route: Route, limits: LimitRule, counted: readonly PeriodSum[], at: number): void;
  /** Texts that were counted here, of writers who have used much of a limit; by minutes. */
  readonly unstored: Pick<PeriodCounts, "hasAny" | "take">;
  /** Of whole days, and over all conversations. */
  readonly days: DayCounts;
}

interface LimitedRoute {
  readonly route: Route;
  readonly serviceId: string | null;
  readonly rules: Rules;
  readonly limits: LimitRule;
}

type LookContext = Pick<DecisionContext, "now" | "nextId">;

/** What becomes of a text; `until`: when it has its turn, where it is held. */
type Finding =
  | { readonly kind: "pass" }
  | { readonly kind: "beyond"; readonly limit: ExceededLimit }
  | { readonly kind: "held"; readonly limit: HoldingLimit; readonly until: number }
  /** It is passed on all the same, though not before what was held: the service held, and observes now. */
  | { readonly kind: "behind"; readonly limit: ExceededLimit; readonly until: number };

const PASS: Finding = { kind: "pass" };

/** One person in one conversation. Changed in place. */
interface Writer {
  allowance: Allowance;
  /** The turn of the last text that was held. */
  heldUntil: number;
  texts: readonly KnownText[];
  /** In which pass over a batch the last text was decided on. */
  last: { readonly pass: LookContext; readonly turn: number } | null;
  /** With which text what was told last. */
  told: Told;
  notice: Told;
}

interface KnownText extends Judged {
  readonly key: string;
  /** In which it was decided on last: what comes twice in one batch is written once. */
  readonly pass: LookContext;
}

type Told = { readonly key: string; readonly at: number; readonly action: string } | null;

interface Judged {
  readonly finding: Finding;
  /** Whether it counts: what is blocked does not. */
  readonly isCounted: boolean;
}

export const createLimitWatch = (): LimitWatch => {
  const writers = createGenerationalCache<Writer>(WRITERS_MAX);
  const fanOut = createFanOutWatch();
  const days = createDayCounts();
  const unstored = createPeriodCounts(COUNTED_MAX);

  const count = (id: string, left: Allowance, limits: LimitRule, at: number): void => {
    if (isMuch(left, limits)) unstored.add(id, at - (at % MINUTE_MS), 1);
  };

  /** Counts a text once, however often it is decided on (`wasCounted`). */
  const judge = (writer: Writer, inbound: InboundMessage, on: LimitedRoute, wasCounted: boolean): Judged => {
    const { route, serviceId, limits } = on;
    const { text, receivedAt: at } = inbound;
    const { perDay = null } = limits;
    const person = personOf(route, serviceId);
    let left = allowanceAt(writer.allowance, limits, at);
    let day = perDay === null ? null : days.leftTo(person, perDay, at);
    // breakage: count-twice
    if (wasCounted) {
      left = afterOneLess(left);
      day = day && { left: day.left + 1, at: day.at };
    }
    // Another process has held texts, or this one before it was started anew.
    const { heldUntil = 0 } = route;
    // breakage: forget-what-is-held
    if (heldUntil > writer.heldUntil) {
      left = afterPromises(left, limits, heldUntil);
      day = day && dayAfterPromises(day, perDay!, heldUntil);
      writer.heldUntil = heldUntil;
    }
    /** Remembers what is left after this text, or without it. */
    const counted = (finding: Finding, after: Allowance | null): Judged => {
      writer.allowance = after ?? left;
      const rest = day && after ? { left: day.left - 1, at: day.at } : day;
      if (rest) days.keep(person, rest, perDay!, after !== null && !wasCounted);
      return { finding, isCounted: after !== null };
    };
    const limit = exceededBy(left) ?? (day !== null && isDayOver(day) ? "day" : null);
    const isHolding = limit === null ? writer.heldUntil >= at : limits.action === "hold";
    // breakage: hold-a-cry-for-help
    if (isEmergency(text)) return counted(PASS, limit === null ? afterOneMore(left) : null);
    const beyond = (exceeded: ExceededLimit): Judged => {
      // breakage: overtake-where-observed
      if (limits.action !== "observe" || writer.heldUntil < at)
        return counted({ kind: "beyond", limit: exceeded }, null);
      writer.heldUntil += 1;
      return counted({ kind: "behind", limit: exceeded, until: writer.heldUntil }, null);
    };
    const isTooMany = isFlood(left, limits) || (day !== null && isDayFlood(day, perDay!));
    if (isHolding ? isTooMany : limit !== null) return beyond(limit ?? "minute");
    const fannedOut = fanOut.look(person, inbound, route.conversationId, limits);
    if (fannedOut !== null) return beyond(fannedOut);
    if (!isHolding) return counted(PASS, afterOneMore(left));
    const turn = turnOf(left, limits, writer.heldUntil);
    const until = day === null ? turn : Math.max(turn, dayTurnOf(day, perDay!));
    writer.heldUntil = until;
    return counted({ kind: "held", limit: limit ?? "minute", until }, afterHeld(left));
  };

  const findingOn = (
    writer: Writer,
    inbound: InboundMessage,
    on: LimitedRoute,
    pass: LookContext,
  ): Finding => {
    const { key, receivedAt } = inbound;
    const known = writer.texts.find((text) => text.key === key);
    if (known?.pass === pass) return known.finding;
    /** The last turn that was given in this pass: whoever comes next in it has a later one. */
    const before = writer.last?.pass === pass ? writer.last.turn : Number.NEGATIVE_INFINITY;
    const given = (judged: Judged): Finding => {
      const { finding, isCounted } = judged;
      const others = writer.texts.filter((text) => text !== known);
      writer.texts = [...others, { key, finding, isCounted, pass }].slice(-KNOWN_TEXTS);
      writer.last = { pass, turn: Math.max(before, turnIn(finding, receivedAt) ?? before) };
      if (isCounted && !known?.isCounted) count(writerOf(on.route), writer.allowance, on.limits, receivedAt);
      return finding;
    };
    const isKept =
      known &&
      // breakage: keep-turn-before-another
      (turnIn(known.finding, receivedAt) ?? before) >= before &&
      !isOvertaken(known.finding, inbound, on.route);
    // breakage: keep-overtaken-turn
    if (isKept) return given(known);
    // It has been counted, and its turn is never given back, as another batch may be about to write what was decided since.
    return given(judge(writer, inbound, on, known?.isCounted ?? false));
  };

  return {
    days,
    writerOf,
    knows: (route) => writers.get(writerOf(route)) !== undefined,
    learn: (route, limits, counted, at) => {
      if (counted.length === 0 || writers.get(writerOf(route)) !== undefined) return;
      // breakage: forget-what-was-texted
      const allowance = allowanceBy(counted, limits, at);
      writers.set(writerOf(route), { ...newWriter(limits, at), allowance });
    },
    unstored,
    look: (relay, inbound, on, context) => {
      const { route, limits } = on;
      const { receivedAt: at } = inbound;
      const id = writerOf(route);
      const writer = writers.get(id) ?? newWriter(limits, at);
      writers.set(id, writer);
      const finding = findingOn(writer, inbound, on, context);
      if (finding.kind === "pass") return { decision: relay, beside: null };
      const action = actionOn(finding, limits);
      const events: NewEvent[] = [];
      if (isDue(writer.told, inbound, action, TOLD_AGAIN_MS)) {
        writer.told = { key: inbound.key, at, action };
        events.push(exceededEvent(finding.limit, action, at, on));
      }
      if (finding.kind === "held") {
        const message = heldBackUntil(relay.message, finding.until);
        return {
          decision: { ...relay, message },
          beside: { notice: null, events: [...events, heldBack(message, finding, at, on)] },
        };
      }
      if (finding.kind === "behind") {
        const message = heldBackUntil(relay.message, finding.until);
        return { decision: { ...relay, message }, beside: { notice: null, events } };
      }
      if (action === "observe")
        return { decision: relay, beside: events.length === 0 ? null : { notice: null, events } };
      let notice: OutboundMessage | null = null;
      if (isDue(writer.notice, inbound, action, NOTICE_AGAIN_MS)) {
        writer.notice = { key: inbound.key, at, action };
        notice = noticeOn(inbound, on, context);
      }
      const reason = finding.limit === "same-text" || finding.limit === "same-link" ? "fan-out" : "flood";
      return {
        decision: { kind: "refuse", refusal: { kind: "blocked", reason }, route },
        beside: notice === null && events.length === 0 ? null : { notice, events },
      };
    },
  };
};

const writerOf = ({ conversationId, senderId }: Route): string => `${conversationId} ${senderId}`;

const newWriter = (limits: LimitRule, at: number): Writer => ({
  ...{ allowance: fullAllowance(limits, at), heldUntil: Number.NEGATIVE_INFINITY },
  ...{ texts: [], last: null, told: null, notice: null },
});

/** When a text leaves. Null: it does not, or whenever it may. */
const turnIn = (finding: Finding, receivedAt: number): number | null => {
  if (finding.kind === "beyond") return null;
  return finding.kind === "pass" ? receivedAt : finding.until;
};

/** Whether another process has held a text of the same person since, which must not be overtaken. */
const isOvertaken = (
  finding: Finding,
  { receivedAt }: InboundMessage,
  { heldUntil = Number.NEGATIVE_INFINITY }: Route,
): boolean => {
  if (finding.kind === "beyond") return false;
  return heldUntil >= (finding.kind === "pass" ? receivedAt : finding.until);
};

/** What is done with a text beyond a limit: a service that holds blocks where too many wait. */
const actionOn = ({ kind }: Finding, { action }: LimitRule): LimitRule["action"] =>
  action === "hold" && kind !== "held" ? "block" : action;

/** The same for the same text again. */
const isDue = (
  told: Told,
  { key, receivedAt: at }: InboundMessage,
  action: string,
  againMs: number,
): boolean => told === null || told.key === key || told.action !== action || at - told.at >= againMs;

const exceededEvent = (
  limit: ExceededLimit,
  action: LimitRule["action"],
  at: number,
  { route, serviceId }: LimitedRoute,
): NewEvent => ({
  type: "participant.limit-exceeded",
  subject: route.senderId,
  data: { conversationId: route.conversationId, limit, action },
  serviceId,
  at,
});

const heldBack = (
  { id, text }: OutboundMessage,
  { limit, until }: Extract<Finding, { kind: "held" }>,
  at: number,
  { route: { conversationId, senderId, recipientId }, serviceId }: LimitedRoute,
): NewEvent =>
  heldEvent(
    { id, conversationId, senderId, recipientId, segments: countSegments(text), serviceId },
    { limit, seconds: Math.ceil((until - at) / 1_000), at },
  );

/** Whoever has opted out is told nothing. */
const noticeOn = (
  inbound: InboundMessage,
  { route, rules }: LimitedRoute,
  { now, nextId }: LookContext,
): OutboundMessage | null =>
  route.senderWishes.optedOutBy === null
    ? noticeTo({ notice: "limit", language: null, route, inbound, rules, now, id: nextId() })
    : null;
