import { failureOfRefusal } from "#core/domain/failure.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { endedEvent, receivedEvent } from "#core/domain/message-events.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Refusal } from "#core/domain/refusal.ts";
import type { Route } from "#core/domain/route.ts";
import type { InboundOutcome, InboundWrite, StoredDecision } from "#core/ports/traffic.ts";
import { noteText } from "./conversation-messages.ts";
import { log } from "./event-log.ts";
import { eventMessage, insertOutbound, keep, queue } from "./messages.ts";
import { consumePart, keepAsk, keepPart } from "./parts.ts";
import { currentRoute } from "./routes.ts";
import { carryOut } from "./wishes.ts";
import type { StoredMessage, World } from "./world.ts";

/** Stores one inbound message with its decision, or nothing of it. */
export const acceptInbound = (world: World, write: InboundWrite, dispatcher: string): InboundOutcome => {
  const { inbound, decision, joins, routeVersion } = write;
  const knownAs = idOf(world, inbound.key);
  if (knownAs === inbound.id) return repeated(world, decision, dispatcher);
  // breakage: accept-twice
  if (knownAs !== null) return "duplicate";
  if (decision.kind === "wait") {
    keepPart(world, inbound);
    return "stored";
  }
  if (!joins.every((key) => world.parts.has(key))) return "duplicate";
  if (decision.kind === "ask") {
    keepAsk(world, inbound, decision.conversationId);
    for (const key of joins) consumePart(world, key);
    return "stored";
  }
  const route = currentRoute(world, { sender: inbound.from, virtualNumber: inbound.to });
  // breakage: write-on-changed-route
  if ((route?.version ?? null) !== routeVersion) return "stale";
  world.inboundKeys.set(inbound.key, inbound.id);
  for (const key of joins) consumePart(world, key);
  if (write.liftsOptOut) lift(world, write);
  switch (decision.kind) {
    case "relay":
      return relay(world, decision, dispatcher);
    case "refuse":
      keepInbound(world, write, decision.route, refused(inbound, decision.refusal));
      return "stored";
    case "command":
      obey(world, decision, write);
      keepInbound(world, write, decision.route, obeyed(inbound));
      if (!decision.autoReply) return "stored";
      queue(world, [decision.autoReply]);
      return "queued";
  }
};

const idOf = (world: World, key: string): string | null =>
  world.inboundKeys.get(key) ?? world.parts.get(key)?.id ?? world.joinedParts.get(key)?.id ?? null;

/** The answer to a write whose first answer was lost. */
const repeated = (world: World, decision: StoredDecision, dispatcher: string): InboundOutcome => {
  if (decision.kind === "command") return decision.autoReply ? "queued" : "stored";
  if (decision.kind !== "relay") return "stored";
  const place = world.messages.get(decision.message.id)?.place;
  return place?.state === "owned" && place.by === dispatcher ? "owned" : "queued";
};

const relay = (
  world: World,
  { message, own }: Extract<StoredDecision, { kind: "relay" }>,
  dispatcher: string,
): InboundOutcome => {
  // breakage: overtake-queue
  const held = own && !hasQueue(world, message.recipientId);
  insertOutbound(
    world,
    message,
    held ? { state: "owned", by: dispatcher } : { state: "queued", dueAt: message.receivedAt },
  );
  noteText(world, message.conversationId, message.receivedAt);
  logReceived(world, message.id);
  return held ? "owned" : "queued";
};

/** Whether a message of the thread is in the queue, be it claimed. */
const hasQueue = (world: World, recipientId: string): boolean =>
  world.unsent
    .values()
    .some((message) => message.recipientId === recipientId && message.place.state !== "owned");

const obey = (
  world: World,
  { command, route, autoReply }: Extract<StoredDecision, { kind: "command" }>,
  { serviceId, inbound: { from, to, receivedAt } }: InboundWrite,
): void => {
  const { kind, word, scope } = command;
  if (kind === "help" || !isMsisdn(from) || serviceId === null) return;
  carryOut(world, {
    serviceId,
    ...{ kind, word, scope, number: from, at: receivedAt, source: "text" },
    virtualNumber: isMsisdn(to) ? to : null,
    other: route?.recipient ?? null,
    isConfirmed: autoReply !== null,
  });
};

const lift = (world: World, { serviceId, inbound: { from, to, receivedAt: at } }: InboundWrite): void => {
  if (!isMsisdn(from) || serviceId === null) return;
  carryOut(world, {
    serviceId,
    ...{ kind: "start", source: "text", word: null, scope: "service", number: from, at },
    virtualNumber: isMsisdn(to) ? to : null,
    ...{ other: null, isConfirmed: false },
  });
};

const keepInbound = (
  world: World,
  { serviceId, inbound: { id, from, to, text, receivedAt } }: InboundWrite,
  route: Route | null,
  outcome: FinalOutcome,
): void => {
  const { conversationId = null, senderId = null, recipientId = null } = route ?? {};
  const message: Parameters<typeof keep>[1] = {
    ...{ id, text, receivedAt, outcome },
    ...{ conversationId, senderId, recipientId },
    stranger: route === null ? { from, to, serviceId } : null,
  };
  keep(world, message satisfies Partial<StoredMessage>);
  logReceived(world, id);
  log(world, endedEvent(eventMessage(world, world.messages.get(id)!), outcome));
};

const logReceived = (world: World, id: string): void => {
  const message = world.messages.get(id)!;
  log(world, receivedEvent(eventMessage(world, message), message.receivedAt));
};

const refused = ({ id, receivedAt }: InboundMessage, { kind, reason }: Refusal): FinalOutcome => ({
  messageId: id,
  state: kind,
  failure: failureOfRefusal(reason),
  at: receivedAt,
});

/** It was meant for us, and we have got it. */
const obeyed = ({ id, receivedAt }: InboundMessage): FinalOutcome => ({
  messageId: id,
  state: "delivered",
  failure: null,
  at: receivedAt,
});
