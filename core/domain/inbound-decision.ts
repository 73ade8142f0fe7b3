import type { Command } from "./command.ts";
import type { InboundMessage, OutboundMessage } from "./message.ts";
import { isMsisdn } from "./msisdn.ts";
import { commandOf } from "./opt-out-words.ts";
import { type Resolution, type Route, resolveRoute } from "./route.ts";

/** What the pair of a message means now, as far as is known. */
export interface RouteLookup {
  readonly route: Route | null;
  /** Whether the number texted is in our pool. */
  readonly isOurs: boolean;
}

export interface DecisionContext {
  readonly now: number;
  readonly messageTtlMs: number;
  /** The id of an auto-reply, should one be due. */
  readonly nextId: () => string;
}

/** Whom an inbound text goes to, if anybody. */
export type InboundDecision =
  | { readonly kind: "relay"; readonly message: OutboundMessage }
  | { readonly kind: "refuse"; readonly resolution: Exclude<Resolution, { kind: "relay" }> }
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly route: Route | null;
      readonly autoReply: OutboundMessage | null;
    };

/** Decides on a whole text (long ones joined): the same message and meaning always give the same decision. */
export const decideInbound = (
  inbound: InboundMessage,
  { route, isOurs }: RouteLookup,
  context: DecisionContext,
): InboundDecision => {
  const resolution = resolveRoute(route, isOurs, context.now);
  const command = isOurs && isMsisdn(inbound.from) ? commandOf(inbound.text) : null;
  if (command && mayCommand(command, resolution)) {
    const autoReply = resolution.route ? autoReplyTo(command, inbound, resolution.route, context) : null;
    return { kind: "command", command, route: resolution.route, autoReply };
  }
  if (resolution.kind !== "relay") return { kind: "refuse", resolution };
  return { kind: "relay", message: relayed(inbound, resolution.route, context) };
};

/** Wishes about our texts are heard from everybody; blocking and asking for help need somebody to talk about. */
const mayCommand = (command: Command, resolution: Resolution): boolean =>
  command === "stop" || command === "start" || resolution.kind !== "unroutable";

const relayed = (inbound: InboundMessage, route: Route, context: DecisionContext): OutboundMessage => ({
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
  expiresAt: context.now + context.messageTtlMs,
});

const AUTO_REPLIES: Readonly<Record<Command, string>> = {
  stop: "You will get no more texts from this number's service. Reply START to get them again.",
  start: "You will get texts from this number's service again. Reply STOP to end them.",
  help: "What you text to this number is passed on, without your own number. Reply STOP for no more texts, BLOCK to end this conversation for both.",
  block: "Blocked: neither of you can text the other here any more.",
};

/** Our answer to a command, from the number that was texted to the one who texted it. */
const autoReplyTo = (
  command: Command,
  inbound: InboundMessage,
  route: Route,
  { now, nextId, messageTtlMs }: DecisionContext,
): OutboundMessage => ({
  id: nextId(),
  conversationId: route.conversationId,
  senderId: null,
  recipientId: route.senderId,
  priority: "system",
  source: route.virtualNumber,
  destination: route.sender,
  text: AUTO_REPLIES[command],
  receivedAt: inbound.receivedAt,
  expiresAt: now + messageTtlMs,
});
