import { withoutQuotation } from "#core/domain/reactions/neutral.ts";
import { quotes } from "#core/domain/reactions/quotes.ts";
import { readReaction } from "#core/domain/reactions/reaction.ts";
import { type Command, type CommandKind, commandOf } from "#core/domain/wishes/command.ts";
import { noticeTo } from "#core/domain/wishes/notice-message.ts";
import type { NoticeKind } from "#core/domain/wishes/notices.ts";
import { readWish } from "#core/domain/wishes/read-wish.ts";
import {
  type Language,
  SECOND_THOUGHTS_MS,
  type WishFacts,
  type WishRules,
} from "#core/domain/wishes/wish.ts";
import type { InboundMessage } from "./inbound-message.ts";
import { isMsisdn } from "./msisdn.ts";
import type { OutboundMessage } from "./outbound-message.ts";
import { asRewritten, type Ruling } from "./policy.ts";
import { unreadable } from "./readable.ts";
import type { Refusal } from "./refusal.ts";
import { type Resolution, resolveRoute } from "./resolve-route.ts";
import type { Route } from "./route.ts";
import { NO_WISHES } from "./sender-wishes.ts";
import type { Rules } from "./service-rules.ts";

/** What the pair of a message means now, as far as is known. */
export interface RouteLookup {
  readonly route: Route | null;
  /** Of the number texted; null: it is none of ours. */
  readonly serviceId: string | null;
  /** By which that service goes. */
  readonly rules: Rules;
  /** What we have told the sender lately; only of reactions it needs to be known. */
  readonly told?: readonly string[] | null;
  /** What came of asking the policy about the message; null: it has not been asked. */
  readonly ruling?: Ruling | null;
}

export interface DecisionContext {
  readonly now: number;
  /** Which words are heard. */
  readonly wishRules: WishRules;
  /** The id of an auto-reply, should one be due. */
  readonly nextId: () => string;
}

/** Whom an inbound text goes to, if anybody. */
export type InboundDecision =
  | { readonly kind: "relay"; readonly message: OutboundMessage }
  /** It would be relayed, were there not the policy, which is asked first. */
  | { readonly kind: "ask"; readonly route: Route }
  | { readonly kind: "refuse"; readonly refusal: Refusal; readonly route: Route | null }
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly route: Route | null;
      readonly autoReply: OutboundMessage | null;
    };

/** Decides on a whole text (long ones joined): the same message and meaning always give the same decision. */
export const decideInbound = (
  inbound: InboundMessage,
  { route, serviceId, rules, told = null, ruling = null }: RouteLookup,
  context: DecisionContext,
): InboundDecision => {
  const isOurs = serviceId !== null;
  const resolution = resolveRoute(route, isOurs, context.now);
  const isHeard = isOurs && isMsisdn(inbound.from);
  const facts = isHeard ? factsOf(resolution, context.now) : null;
  // What was no command when it came is none later: an old "yes" must not undo a STOP that came while the policy was asked.
  // breakage: stop-is-a-text
  const command = facts && !ruling && commandOf(readWish(inbound.text, facts, context.wishRules));
  if (command) {
    const { language, ...kept } = command;
    const { route } = resolution;
    const isAnswered = route !== null && !isConfirmed(kept, route, context.now);
    const autoReply = isAnswered ? autoReplyTo(kept, language, inbound, route, rules, context) : null;
    return { kind: "command", command: kept, route, autoReply };
  }
  if (resolution.kind !== "relay") return refused(resolution);
  const { route: way } = resolution;
  const said = asRewritten(inbound, ruling);
  const reason = unreadable(said);
  if (reason) return { kind: "refuse", refusal: { kind: "failed", reason }, route: way };
  // breakage: never-ask, relay-unasked
  if (rules.policy && !ruling) return { kind: "ask", route: way };
  if (ruling?.kind === "block")
    return { kind: "refuse", refusal: { kind: "blocked", reason: ruling.reason }, route: way };
  return {
    kind: "relay",
    message: relayed(withoutOurWords(said, told), way, context.now + rules.messageTtlMs),
  };
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
const factsOf = (resolution: Resolution, now: number): WishFacts => {
  const isUnroutable = resolution.kind === "unroutable";
  const { optedOutBy, confirmedAt, unblockUntil } = resolution.route?.senderWishes ?? NO_WISHES;
  return {
    context: isUnroutable ? "none" : "theirs",
    // breakage: start-swallowed
    isOptedOut: isUnroutable || optedOutBy !== null,
    hasConfirmation: confirmedAt !== null && now - confirmedAt < SECOND_THOUGHTS_MS,
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

/** Our answer to a command, from the number that was texted to the one who texted it, in the language of the word if it has one. */
const autoReplyTo = (
  { kind, scope }: Command,
  language: Language | null,
  inbound: InboundMessage,
  route: Route,
  rules: Rules,
  { now, nextId }: DecisionContext,
): OutboundMessage => {
  const notice = kind === "stop" && scope === "all" ? "stop-all" : NOTICES[kind];
  return noticeTo({ notice, language, route, inbound, rules, now, id: nextId() });
};
