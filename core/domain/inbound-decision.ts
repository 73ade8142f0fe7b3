import { withoutQuotation } from "#core/domain/reactions/neutral.ts";
import { quotes } from "#core/domain/reactions/quotes.ts";
import { readReaction } from "#core/domain/reactions/reaction.ts";
import { asideOf, reported } from "#core/domain/wishes/asides.ts";
import { type Command, type CommandKind, commandOf } from "#core/domain/wishes/command.ts";
import { contextAfter, type LastText } from "#core/domain/wishes/last-text.ts";
import { noticeTo } from "#core/domain/wishes/notice-message.ts";
import type { NoticeKind } from "#core/domain/wishes/notices.ts";
import { readWish } from "#core/domain/wishes/read-wish.ts";
import {
  type Language,
  SECOND_THOUGHTS_MS,
  type Wish,
  type WishFacts,
  type WishRules,
} from "#core/domain/wishes/wish.ts";
import type { Beside } from "./beside.ts";
import type { InboundMessage } from "./inbound-message.ts";
import { isMsisdn } from "./msisdn.ts";
import { strangerTalk } from "./out-of-session.ts";
import type { OutboundMessage } from "./outbound-message.ts";
import { asRewritten, type PolicyRefusal, type Ruling } from "./policy.ts";
import { unreadable } from "./readable.ts";
import type { Refusal } from "./refusal.ts";
import { type Resolution, resolveRoute } from "./resolve-route.ts";
import type { Route } from "./route.ts";
import { NO_WISHES } from "./sender-wishes.ts";
import type { Rules } from "./service-rules.ts";
import { showsNumber } from "./shown-number.ts";

/** What the pair of a message means now, as far as is known. */
export interface RouteLookup {
  readonly route: Route | null;
  /** Of the number texted; null: it is none of ours. */
  readonly serviceId: string | null;
  /** By which that service goes. */
  readonly rules: Rules;
  /** What we have told the sender lately; only of reactions it needs to be known, and where `last` does. */
  readonly told?: readonly string[] | null;
  /** The last text to the sender; undefined: it has not been asked for. */
  readonly last?: LastText | null;
  /** What came of asking the policy about the message; null: it has not been asked. */
  readonly ruling?: Ruling | null;
}

export interface DecisionContext {
  readonly now: number;
  /** Which words are heard. */
  readonly wishRules: WishRules;
  /** The id of an auto-reply, should one be due. */
  readonly nextId: () => string;
  /** Whether an app may be asked about one more text of a sender that reaches nobody; absent: no. */
  readonly mayOffer?: (inbound: InboundMessage) => boolean;
  /** Told that it matters whose text the sender got last, and is not known: the decision is a guess then. */
  readonly onUnclear?: (route: Route) => void;
}

/** Whom an inbound text goes to, if anybody. */
export type InboundDecision =
  | { readonly kind: "relay"; readonly message: OutboundMessage; readonly beside?: Beside }
  /** An app is asked first, and then it is decided on again. */
  | {
      readonly kind: "ask";
      /** Null: it reaches nobody. */
      readonly route: Route | null;
      /** Its conversation, or what stands for one: texts of one talk are asked about one after the other. */
      readonly talk: string;
    }
  | { readonly kind: "refuse"; readonly refusal: Refusal; readonly route: Route | null }
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly route: Route | null;
      readonly autoReply: OutboundMessage | null;
      readonly beside?: Beside;
      readonly closes?: Ending;
    };

/** The conversation that ends with a command. */
export interface Ending {
  readonly conversationId: string;
  readonly at: number;
  readonly quarantinedUntil: number;
}

/** Decides on a whole text (long ones joined): the same message and meaning always give the same decision. */
export const decideInbound = (
  inbound: InboundMessage,
  lookup: RouteLookup,
  context: DecisionContext,
): InboundDecision => {
  const { route, serviceId, rules, told = null, ruling = null } = lookup;
  const isOurs = serviceId !== null;
  const resolution = resolveRoute(route, isOurs, context.now);
  const isHeard = isOurs && isMsisdn(inbound.from);
  const facts = isHeard ? factsOf(resolution, lookup.last, context.now) : null;
  // breakage: stop-is-a-text
  const wish = facts && wishIn(inbound.text, facts, route, context);
  // What was no command when it came is none later: an old "yes" must not undo a STOP that came while the policy was asked.
  const command = wish && !ruling && commandOf(wish);
  if (wish && command) return commanded(command, wish, inbound, resolution, lookup, context);
  if (resolution.kind !== "relay") {
    const isOffered = resolution.kind === "unroutable" && isHeard && rules.outOfSession && !ruling;
    // breakage: never-offer
    if (isOffered && !unreadable(inbound) && context.mayOffer?.(inbound))
      return { kind: "ask", route: resolution.route, talk: strangerTalk(inbound) };
    return refused(resolution);
  }
  const { route: way } = resolution;
  const said = asRewritten(inbound, ruling);
  // breakage: show-number-in-rewrite
  if (ruling?.kind === "rewrite" && showsEither(said.text, way)) return hookRefused("hook:shows-number", way);
  const reason = unreadable(said);
  if (reason) return { kind: "refuse", refusal: { kind: "failed", reason }, route: way };
  // breakage: never-ask, relay-unasked
  if (rules.beforeRelay && !ruling) return { kind: "ask", route: way, talk: way.conversationId };
  if (ruling?.kind === "block") return hookRefused(ruling.reason, way);
  const message = relayed(withoutOurWords(said, told), way, context.now + rules.messageTtlMs);
  if (wish === null || wish.kind === "relay") return { kind: "relay", message };
  const beside = asideOf({ wish, inbound, route: way, rules, serviceId, told: told ?? [], ...context });
  return beside === null ? { kind: "relay", message } : { kind: "relay", message, beside };
};

const hookRefused = (reason: PolicyRefusal, route: Route): InboundDecision => ({
  kind: "refuse",
  refusal: { kind: "blocked", reason },
  route,
});

const showsEither = (text: string, { sender, recipient }: Route): boolean =>
  showsNumber(text, sender) || showsNumber(text, recipient);

const wishIn = (
  text: string,
  facts: WishFacts,
  route: Route | null,
  { wishRules, onUnclear }: DecisionContext,
): Wish => {
  const wish = readWish(text, facts, wishRules);
  if (wish.kind !== "unclear") return wish;
  if (route) onUnclear?.(route);
  return readWish(text, { ...facts, context: "theirs" }, wishRules);
};

const commanded = (
  { language, ...command }: Command & { readonly language: Language | null },
  wish: Wish,
  inbound: InboundMessage,
  resolution: Resolution,
  { rules, serviceId }: RouteLookup,
  context: DecisionContext,
): InboundDecision => {
  const { route } = resolution;
  if (route === null || isConfirmed(command, route, context.now))
    return { kind: "command", command, route, autoReply: null };
  const notice = noticeKindOf(command, wish, resolution, context.wishRules);
  const { now, nextId } = context;
  const autoReply = noticeTo({ notice, language, route, inbound, rules, now, id: nextId() });
  const decision = { kind: "command", command, route, autoReply } as const;
  if (wish.kind === "this") {
    const { conversationId } = route;
    return { ...decision, closes: { conversationId, at: now, quarantinedUntil: now + rules.quarantineMs } };
  }
  return wish.kind === "report" ? { ...decision, beside: reported(inbound, route, serviceId) } : decision;
};

const noticeKindOf = (
  { kind, scope }: Command,
  wish: Wish,
  resolution: Resolution,
  { narrowing }: WishRules,
): NoticeKind => {
  if (wish.kind === "report" || wish.kind === "this") return wish.kind;
  if (kind !== "stop") return NOTICES[kind];
  if (scope === "all") return "stop-all";
  // THIS is offered where there is a conversation that it can end.
  return narrowing && resolution.kind !== "unroutable" ? "stop-or-this" : "stop";
};

const refused = (resolution: Exclude<Resolution, { kind: "relay" }>): InboundDecision => {
  const { kind, reason, route } = resolution;
  return kind === "blocked"
    ? { kind: "refuse", refusal: { kind, reason }, route }
    : { kind: "refuse", refusal: { kind, reason }, route };
};

/**
 * STOP and START are heard from everybody; what is about the other one needs somebody to talk about. A text that reaches nobody may
 * as well be a START.
 */
const factsOf = (resolution: Resolution, last: LastText | null | undefined, now: number): WishFacts => {
  const isUnroutable = resolution.kind === "unroutable";
  const { optedOutBy, confirmedAt, unblockUntil } = resolution.route?.senderWishes ?? NO_WISHES;
  return {
    context: isUnroutable ? "none" : contextAfter(last, now),
    // breakage: start-swallowed
    isOptedOut: isUnroutable || optedOutBy !== null,
    // breakage: narrow-for-ever
    hasConfirmation: !isUnroutable && confirmedAt !== null && now - confirmedAt < SECOND_THOUGHTS_MS,
    // breakage: unblock-for-ever
    hasBlocked: unblockUntil !== null && unblockUntil > now,
    wasAskedToStart: false,
  };
};

/** Whether a STOP repeats one that was confirmed not long ago: two machines would confirm for ever. */
const isConfirmed = ({ kind }: Command, { senderWishes: { confirmedAt } }: Route, now: number): boolean =>
  // breakage: confirm-each-stop
  kind === "stop" && confirmedAt !== null && now - confirmedAt < SECOND_THOUGHTS_MS;

/** A reaction to what we told the sender alone does not carry our words further. */
const withoutOurWords = (inbound: InboundMessage, told: readonly string[] | null): InboundMessage => {
  const reaction = told && told.length > 0 ? readReaction(inbound.text) : null;
  // breakage: repeat-what-one-was-told
  if (!reaction || !told?.some((text) => quotes(reaction.quotation, text))) return inbound;
  return { ...inbound, text: withoutQuotation(inbound.text, reaction) };
};

const relayed = (inbound: InboundMessage, route: Route, expiresAt: number): OutboundMessage => ({
  id: inbound.id,
  conversationId: route.conversationId,
  senderId: route.senderId,
  recipientId: route.recipientId,
  priority: "relay",
  // breakage: send-from-texted-number
  source: route.source,
  // breakage: send-back-to-sender
  destination: route.recipient,
  // breakage: show-real-number
  text: inbound.text,
  receivedAt: inbound.receivedAt,
  expiresAt,
});

const NOTICES: Readonly<Record<CommandKind, NoticeKind>> = {
  stop: "stop",
  start: "start",
  help: "help",
  block: "block",
  unblock: "unblock",
};
