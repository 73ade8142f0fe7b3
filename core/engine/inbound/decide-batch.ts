import { type Beside, putTogether } from "#core/domain/beside.ts";
import { joinParts } from "#core/domain/concatenation.ts";
import {
  type DecisionContext,
  decideInbound,
  type InboundDecision,
  type RouteLookup,
} from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { assembleParts, PARTIAL_TEXTS_MAX } from "#core/domain/part-assembly.ts";
import { readReaction } from "#core/domain/reactions/reaction.ts";
import type { Route } from "#core/domain/route.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import { heldBackUntil, isEmergency } from "#core/domain/text-limits.ts";
import type { InboundWrite, OpenAsk, PartSet, StoredDecision, StoredPart } from "#core/ports/traffic.ts";
import type { LeakWatch, Watched } from "./leak-watch.ts";
import type { LimitWatch } from "./limit-watch.ts";
import type { LoopGuard } from "./loop-guard.ts";
import type { StrangerWatch } from "./stranger-watch.ts";

/** A message of a batch with what it means. */
export interface RoutedMessage extends RouteLookup {
  readonly message: InboundMessage;
  /** Keys of the parts it is joined from, or of the text that waited for a policy; null for what came as it is. */
  readonly joins: readonly string[] | null;
}

/** What is to be written, and for which message of the batch; null: for a text that was joined on the way. */
export interface PlannedWrite<A> {
  readonly write: InboundWrite;
  readonly routed: A | null;
}

/** What we and others have said to somebody. */
export type Heard = Required<Pick<RouteLookup, "last" | "told">>;

/** What else a batch is decided on. */
export interface BatchContext extends DecisionContext {
  /** Parts of the batch's long texts that are stored already, those included that have been joined lately. */
  readonly stored: readonly StoredPart[];
  /** How long the parts of a long text are waited for, in milliseconds. */
  readonly partsTimeoutMs: number;
  readonly loops: LoopGuard;
  readonly leaks: LeakWatch;
  readonly limits: LimitWatch;
  /** Absent: strangers are not counted. */
  readonly strangers?: Pick<StrangerWatch, "look">;
  /** What has been asked about participants; mostly nothing. */
  readonly heard: ReadonlyMap<string, Heard>;
  /** Whether this process may keep what goes to this recipient in hand. */
  mayOwn(recipientId: string): boolean;
}

/**
 * Decides on a whole batch, in order. A part is stored; the one that completes its text is followed by the joined text,
 * so that a text sent after a long one also leaves after it; it means what its last part does. Answers one write per message, plus
 * one per joined text.
 */
export const decideBatch = <A extends RoutedMessage>(
  batch: readonly A[],
  given: BatchContext,
): readonly PlannedWrite<A>[] => {
  // One object for each pass over a batch: within it, whoever is held has a later turn than who was before.
  const context = { ...given };
  const decided: PlannedWrite<A>[] = [];
  const partsBySet = new Map<string, StoredPart[]>();
  const changed = new Set<string>();
  for (const part of context.stored) partsOf(partsBySet, part).push(part);
  for (const routed of batch) {
    const { message, joins } = routed;
    if (joins || !message.part) {
      decided.push({ write: decideWhole(message, routed, context, joins ?? NONE, changed), routed });
      continue;
    }
    const part = toStoredPart(message, message.part);
    const parts = partsOf(partsBySet, part);
    decided.push({
      write: {
        inbound: message,
        serviceId: routed.serviceId,
        routeVersion: null,
        decision: { kind: "wait", set: setOf(part) },
        joins: NONE,
      },
      routed,
    });
    if (parts.some(({ key }) => key === part.key)) continue;
    parts.push(part);
    const ready = readyTexts(parts, part, context.partsTimeoutMs);
    const used = new Set(ready.flat());
    partsBySet.set(
      setKey(part),
      parts.map((each) => (used.has(each) ? { ...each, isJoined: true } : each)),
    );
    for (const text of ready) {
      const whole = joined(text, context.nextId());
      decided.push({ write: decideWhole(whole, routed, context, keysOf(text), changed), routed: null });
    }
  }
  return decided;
};

/** Texts that wait no longer now that a part has come: the one that it completes, and the oldest where too many wait. */
const readyTexts = (
  parts: readonly StoredPart[],
  latest: StoredPart,
  partsTimeoutMs: number,
): readonly (readonly StoredPart[])[] => {
  const ready: (readonly StoredPart[])[] = [];
  const texts = assembleParts(parts, partsTimeoutMs);
  texts.forEach((text, i) => {
    const isSurplus = i < texts.length - PARTIAL_TEXTS_MAX;
    // breakage: join-incomplete, never-join
    if (!isSurplus && !(text.isComplete && text.parts.includes(latest))) return;
    ready.push(text.parts);
  });
  return ready;
};

const NONE: readonly string[] = [];

/** No route has this version: what is decided on it comes back as stale. */
const NO_VERSION = "0";

/**
 * Decides on a text that needs no more parts; `joins` are the keys of the parts it is made of. What follows a command on its pair
 * (`changed`) is decided again when the command has been carried out. Any text of a person takes back what only the carrier says.
 */
const decideWhole = (
  inbound: InboundMessage,
  lookup: RouteLookup,
  context: BatchContext,
  joins: readonly string[],
  changed: Set<string>,
): InboundWrite => {
  const decided = guarded(decideKnowing(inbound, lookup, context), inbound, lookup, context);
  const { leaks, limits } = lookup.rules;
  const isLooked = leaks || limits || lookup.route?.heldUntil !== undefined;
  const watched = isLooked ? lookedAt(decided, inbound, lookup, context) : null;
  const decision = toStored(watched?.decision ?? decided, context);
  // breakage: decide-past-command
  const isChanged = changed.size > 0 && changed.has(pairOf(inbound));
  const isCommand = decision.kind === "command" && decision.command.kind !== "help";
  // Only a live route is kept in line with what its sender wishes: an ended one may speak of what a STOP has replaced since.
  // breakage: believe-ended-routes
  const wishes = lookup.route?.closedAt === null ? lookup.route.senderWishes : NO_WISHES;
  // breakage: keep-carrier-opt-out
  const liftsOptOut = !isCommand && wishes.optedOutBy === "carrier";
  if (isCommand || liftsOptOut) changed.add(pairOf(inbound));
  // Whether a joined text is a reaction is known only now: it is decided again with what we have told its sender.
  const needsTold = joins.length > 0 && !lookup.told && readReaction(inbound.text) !== null;
  const routeVersion =
    lookup.route && (isChanged || needsTold) ? NO_VERSION : (lookup.route?.version ?? null);
  const { serviceId } = lookup;
  if (decision.kind === "refuse" && decision.refusal.kind === "unroutable" && serviceId !== null) {
    // breakage: count-no-strangers
    const ignored = context.strangers?.look(inbound, serviceId);
    if (ignored) {
      const { beside } = ignored;
      const write = { inbound, serviceId, routeVersion, decision, joins, isIgnored: true } as const;
      return beside ? { ...write, beside } : write;
    }
  }
  const beside = putTogether(
    watched?.beside ?? tellOfLoop(decided, inbound, serviceId, context),
    besideOf(watched?.decision ?? decided),
  );
  if (beside) return { inbound, serviceId, routeVersion, decision, joins, liftsOptOut, beside };
  return liftsOptOut
    ? { inbound, serviceId, routeVersion, decision, joins, liftsOptOut }
    : { inbound, serviceId, routeVersion, decision, joins };
};

/** Of the wish that is in a text. */
const besideOf = (decision: InboundDecision): Beside | undefined =>
  decision.kind === "relay" || decision.kind === "command" ? decision.beside : undefined;

/** With what has been asked for. */
const decideKnowing = (
  inbound: InboundMessage,
  lookup: RouteLookup,
  context: BatchContext,
): InboundDecision => {
  const heard = context.heard.size === 0 ? undefined : context.heard.get(lookup.route?.senderId ?? "");
  return decideInbound(inbound, heard ? { ...lookup, ...heard } : lookup, context);
};

/** Null: it is nothing that would be passed on. What is beyond a limit is not looked into. */
const lookedAt = (
  decision: InboundDecision,
  inbound: InboundMessage,
  { route, serviceId, rules }: RouteLookup,
  context: BatchContext,
): Watched | null => {
  if (decision.kind !== "relay" || route === null) return null;
  const { leaks, limits } = rules;
  const counted = limits
    ? context.limits.look(decision, inbound, { route, serviceId, rules, limits }, context)
    : behindHeld(decision, inbound, route);
  if (leaks === null || counted?.decision.kind === "refuse") return counted;
  const relay = counted?.decision.kind === "relay" ? counted.decision : decision;
  const watched = context.leaks.look(relay, inbound, { route, serviceId, rules, leaks }, context);
  return { decision: watched.decision, beside: putTogether(counted?.beside, watched.beside) ?? null };
};

/** Where the service has no limit any more, what was held by it keeps its place. A cry for help waits for nothing. */
const behindHeld = (
  relay: Extract<InboundDecision, { kind: "relay" }>,
  { text }: InboundMessage,
  { heldUntil = 0 }: Route,
): Watched | null =>
  heldUntil < relay.message.receivedAt || isEmergency(text)
    ? null
    : { decision: { ...relay, message: heldBackUntil(relay.message, heldUntil + 1) }, beside: null };

/** What two machines have to say to each other goes no further. */
const guarded = (
  decision: InboundDecision,
  inbound: InboundMessage,
  { route }: RouteLookup,
  { loops }: BatchContext,
): InboundDecision =>
  // breakage: relay-loops
  decision.kind === "relay" && route && loops.isLoop(inbound, route)
    ? { kind: "refuse", refusal: { kind: "blocked", reason: "loop" }, route }
    : decision;

/** Null: it is no loop, or that has been told. */
const tellOfLoop = (
  decision: InboundDecision,
  inbound: InboundMessage,
  serviceId: string | null,
  { loops }: BatchContext,
): Beside | null => {
  if (decision.kind !== "refuse" || decision.refusal.reason !== "loop" || !decision.route) return null;
  // breakage: loop-in-silence
  if (!loops.isToBeTold(inbound, decision.route)) return null;
  const { conversationId, senderId } = decision.route;
  return {
    notice: null,
    events: [
      { type: "abuse.loop", subject: senderId, data: { conversationId }, serviceId, at: inbound.receivedAt },
    ],
  };
};

const pairOf = ({ from, to }: InboundMessage): string => `${from}>${to}`;

/** The text that parts make up, as if it had come in one piece with the last of them. Its key follows from its parts. */
export const joined = (parts: readonly StoredPart[], id: string): InboundMessage => {
  const [first, last] = [parts.reduce((a, b) => (b.index < a.index ? b : a)), parts.at(-1)!];
  return {
    id,
    key: `joined:${first.key}`,
    from: last.from,
    to: last.to,
    text: joinParts(parts, last.total).text,
    part: null,
    link: last.link,
    receivedAt: last.receivedAt,
  };
};

/** A text about which the policy has been asked, as it is written then. Its key follows from the one that waited. */
export const answered = ({ conversationId: _, ...ask }: OpenAsk, id: string): InboundMessage => ({
  ...ask,
  id,
  key: `answered:${ask.key}`,
  part: null,
});

export const keysOf = (parts: readonly StoredPart[]): readonly string[] => parts.map(({ key }) => key);

export const setOf = ({ from, to, reference, total }: PartSet): PartSet => ({ from, to, reference, total });

const toStoredPart = (message: InboundMessage, part: NonNullable<InboundMessage["part"]>): StoredPart => ({
  from: message.from,
  to: message.to,
  reference: part.reference,
  total: part.total,
  key: message.key,
  index: part.index,
  text: message.text,
  receivedAt: message.receivedAt,
  link: message.link,
  isJoined: false,
});

const setKey = (set: PartSet): string => `${set.from}>${set.to}#${set.reference}/${set.total}`;

const partsOf = (partsBySet: Map<string, StoredPart[]>, set: PartSet): StoredPart[] => {
  const key = setKey(set);
  const parts = partsBySet.get(key) ?? [];
  partsBySet.set(key, parts);
  return parts;
};

const toStored = (decision: InboundDecision, context: Pick<BatchContext, "mayOwn">): StoredDecision => {
  switch (decision.kind) {
    case "relay":
      return {
        kind: "relay",
        message: decision.message,
        // breakage: own-what-is-held
        own: decision.message.hold === undefined && context.mayOwn(decision.message.recipientId),
      };
    case "ask":
      return { kind: "ask", conversationId: decision.talk };
    case "command":
    case "refuse":
      return decision;
  }
};
