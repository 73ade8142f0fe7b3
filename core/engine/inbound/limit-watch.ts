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
  afterOneMore,
  afterPromises,
  allowanceAt,
  allowanceBy,
  type ExceededLimit,
  exceededBy,
  fullAllowance,
  HOUR_MS,
  heldBackUntil,
  isEmergency,
  isFlood,
  isMuch,
  type LimitRule,
  likenessOf,
  turnOf,
} from "#core/domain/text-limits.ts";
import { noticeTo } from "#core/domain/wishes/notice-message.ts";
import type { PeriodSum } from "#core/ports/sums.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import type { Watched } from "./leak-watch.ts";

/** Writers who are remembered, at most, about a kilobyte each. */
const WRITERS_MAX = 10_000;
/** Writers whose texts are counted for others at once. */
const COUNTED_MAX = 1_000;
/** Texts of one writer that are decided the same way when they are decided on again. */
const KNOWN_TEXTS = 32;
/** Different texts of one person that are compared with the next one. */
const COMPARED_TEXTS = 16;
/** Who goes beyond a limit is told of once in so long. */
export const TOLD_AGAIN_MS = HOUR_MS;
/** Who is blocked is told so once in so long. */
export const NOTICE_AGAIN_MS = 24 * HOUR_MS;

type Relay = Extract<InboundDecision, { kind: "relay" }>;

/** Counts what people text, by what this process has received and by what is held: an unsure limit lets pass. */
export interface LimitWatch {
  look(relay: Relay, inbound: InboundMessage, on: LimitedRoute, context: LookContext): Watched;
  /** Names the writer of a route. */
  writerOf(route: Route): string;
  knows(route: Route): boolean;
  /** What others have counted of a writer of whom nothing is known here, by minutes. */
  learn(route: Route, limits: LimitRule, counted: readonly PeriodSum[], at: number): void;
  hasCounts(): boolean;
  /** How many texts were counted here, by writer, since this was last asked: of those who have used much of a limit. */
  takeCounts(): ReadonlyMap<string, number>;
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
  | { readonly kind: "held"; readonly limit: "minute" | "hour"; readonly until: number };

const PASS: Finding = { kind: "pass" };

/** One person in one conversation. Changed in place. */
interface Writer {
  allowance: Allowance;
  /** The turn of the last text that was held. */
  heldUntil: number;
  texts: readonly { readonly key: string; readonly finding: Finding }[];
  /** With which text what was told last. */
  told: Told;
  notice: Told;
}

type Told = { readonly key: string; readonly at: number; readonly action: string } | null;

/** One text of one person. */
interface Said {
  readonly likeness: number;
  readonly at: number;
  readonly conversations: readonly string[];
}

export const createLimitWatch = (): LimitWatch => {
  const writers = createGenerationalCache<Writer>(WRITERS_MAX);
  const said = createGenerationalCache<readonly Said[]>(WRITERS_MAX);
  let counts = new Map<string, number>();

  const count = (id: string, left: Allowance, limits: LimitRule): void => {
    if (!isMuch(left, limits)) return;
    const known = counts.get(id);
    if (known !== undefined || counts.size < COUNTED_MAX) counts.set(id, (known ?? 0) + 1);
  };

  /** Whether the same was written into many conversations. Remembers that it was written into this one. */
  const isFannedOut = (
    person: string,
    text: string,
    conversationId: string,
    max: number,
    at: number,
  ): boolean => {
    const likeness = likenessOf(text);
    if (likeness === null) return false;
    const recent = (said.get(person) ?? []).filter((each) => at - each.at <= HOUR_MS);
    const known = recent.find((each) => each.likeness === likeness);
    const conversations = known?.conversations ?? [];
    if (conversations.includes(conversationId)) return false;
    // breakage: fan-out-for-ever
    if (conversations.length >= max) return true;
    const others = recent.filter((each) => each !== known).slice(1 - COMPARED_TEXTS);
    said.set(person, [...others, { likeness, at, conversations: [...conversations, conversationId] }]);
    return false;
  };

  const judge = (
    writer: Writer,
    inbound: InboundMessage,
    { route, serviceId, limits }: LimitedRoute,
  ): Finding => {
    const { text, receivedAt: at } = inbound;
    let left = allowanceAt(writer.allowance, limits, at);
    // Another process has held texts, or this one before it was started anew.
    const { heldUntil = 0 } = route;
    // breakage: forget-what-is-held
    if (heldUntil > writer.heldUntil) {
      left = afterPromises(left, limits, heldUntil);
      writer.heldUntil = heldUntil;
    }
    writer.allowance = left;
    const limit = exceededBy(left);
    const isHolding = limit === null ? writer.heldUntil >= at : limits.action === "hold";
    // breakage: hold-a-cry-for-help
    if (isEmergency(text)) {
      if (limit === null) writer.allowance = afterOneMore(left);
      return PASS;
    }
    if (isHolding ? isFlood(left, limits) : limit !== null)
      return { kind: "beyond", limit: limit ?? "minute" };
    const person = `${serviceId} ${route.sender}`;
    const { sameTextTo } = limits;
    if (sameTextTo !== null && isFannedOut(person, text, route.conversationId, sameTextTo, at))
      return { kind: "beyond", limit: "same-text" };
    if (!isHolding) {
      writer.allowance = afterOneMore(left);
      return PASS;
    }
    const until = turnOf(left, limits, writer.heldUntil);
    writer.allowance = afterHeld(left);
    writer.heldUntil = until;
    return { kind: "held", limit: limit ?? "minute", until };
  };

  const findingOn = (writer: Writer, inbound: InboundMessage, on: LimitedRoute): Finding => {
    const at = writer.texts.findIndex(({ key }) => key === inbound.key);
    const known = writer.texts[at]?.finding;
    // breakage: keep-overtaken-turn
    if (known && !isOvertaken(known, inbound, on.route)) return known;
    // What was decided behind it is decided anew as well, so that the order stays. It counts twice: turns are never given back, as
    // another batch may be about to write what was decided since.
    if (known) writer.texts = writer.texts.slice(0, at);
    const finding = judge(writer, inbound, on);
    writer.texts = [...writer.texts, { key: inbound.key, finding }].slice(-KNOWN_TEXTS);
    if (finding.kind !== "beyond") count(writerOf(on.route), writer.allowance, on.limits);
    return finding;
  };

  return {
    writerOf,
    knows: (route) => writers.get(writerOf(route)) !== undefined,
    learn: (route, limits, counted, at) => {
      if (counted.length === 0 || writers.get(writerOf(route)) !== undefined) return;
      // breakage: forget-what-was-texted
      const allowance = allowanceBy(counted, limits, at);
      writers.set(writerOf(route), { ...newWriter(limits, at), allowance });
    },
    hasCounts: () => counts.size > 0,
    takeCounts: () => {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    look: (relay, inbound, on, context) => {
      const { route, limits } = on;
      const { receivedAt: at } = inbound;
      const id = writerOf(route);
      const writer = writers.get(id) ?? newWriter(limits, at);
      writers.set(id, writer);
      const finding = findingOn(writer, inbound, on);
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
      if (action === "observe")
        return { decision: relay, beside: events.length === 0 ? null : { notice: null, events } };
      let notice: OutboundMessage | null = null;
      if (isDue(writer.notice, inbound, action, NOTICE_AGAIN_MS)) {
        writer.notice = { key: inbound.key, at, action };
        notice = noticeOn(inbound, on, context);
      }
      const reason = finding.limit === "same-text" ? "fan-out" : "flood";
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
  ...{ texts: [], told: null, notice: null },
});

/** Whether another process has held a text of the same person since, which must not be overtaken. */
const isOvertaken = (
  finding: Finding,
  { receivedAt }: InboundMessage,
  { heldUntil = Number.NEGATIVE_INFINITY }: Route,
): boolean => {
  if (finding.kind === "beyond") return false;
  return heldUntil >= (finding.kind === "held" ? finding.until : receivedAt);
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
