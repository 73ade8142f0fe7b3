import type { Beside } from "#core/domain/beside.ts";
import { CLOSE_REASON } from "#core/domain/conversation.ts";
import { failureOfRefusal } from "#core/domain/failure.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { Ending } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { endedEvent, receivedEvent } from "#core/domain/message-events.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Refusal } from "#core/domain/refusal.ts";
import type { Route } from "#core/domain/route.ts";
import type { InboundOutcome, InboundWrite, StoredDecision } from "#core/ports/traffic.ts";
import { close } from "./closing.ts";
import { noteText } from "./conversation-messages.ts";
import { log } from "./event-log.ts";
import { eventMessage, insertOutbound, keep, queue } from "./messages.ts";
import { consumePart, keepAsk, keepPart } from "./parts.ts";
import { currentRoute } from "./routes.ts";
import type { MemoryTables, StoredMessage } from "./tables.ts";
import { carryOut } from "./wishes.ts";

/** Stores one inbound message with its decision, or nothing of it. */
export const acceptInbound = (
  tables: MemoryTables,
  write: InboundWrite,
  dispatcher: string,
): InboundOutcome => {
  const { inbound, decision, joins, routeVersion } = write;
  const knownAs = idOf(tables, inbound.key);
  if (knownAs === inbound.id) return repeated(tables, decision, dispatcher);
  // breakage: accept-twice
  if (knownAs !== null) return "duplicate";
  if (decision.kind === "wait") {
    keepPart(tables, inbound);
    return "stored";
  }
  if (!joins.every((key) => tables.parts.has(key))) return "duplicate";
  if (decision.kind === "ask") {
    keepAsk(tables, inbound, decision.conversationId);
    for (const key of joins) consumePart(tables, key);
    return "stored";
  }
  const route = currentRoute(tables, { sender: inbound.from, virtualNumber: inbound.to });
  // breakage: write-on-changed-route
  if ((route?.version ?? null) !== routeVersion) return "stale";
  tables.inboundKeys.set(inbound.key, inbound.id);
  for (const key of joins) consumePart(tables, key);
  if (write.liftsOptOut) lift(tables, write);
  const outcome = carryOutDecision(tables, write, decision, dispatcher);
  if (write.beside) keepBeside(tables, write.beside);
  return outcome;
};

const keepBeside = (tables: MemoryTables, { notice, events }: Beside): void => {
  if (notice) queue(tables, [notice]);
  log(tables, ...events);
};

const carryOutDecision = (
  tables: MemoryTables,
  write: InboundWrite,
  decision: Exclude<StoredDecision, { kind: "wait" | "ask" }>,
  dispatcher: string,
): InboundOutcome => {
  const { inbound } = write;
  switch (decision.kind) {
    case "relay":
      return relay(tables, decision, dispatcher);
    case "refuse":
      keepInbound(tables, write, decision.route, refused(inbound, decision.refusal));
      return "stored";
    case "command":
      obey(tables, decision, write);
      keepInbound(tables, write, decision.route, obeyed(inbound));
      // breakage: leave-narrowed-open
      if (decision.closes) endBy(tables, decision.closes);
      if (!decision.autoReply) return "stored";
      queue(tables, [decision.autoReply]);
      return "queued";
  }
};

const idOf = (tables: MemoryTables, key: string): string | null =>
  tables.inboundKeys.get(key) ?? tables.parts.get(key)?.id ?? tables.joinedParts.get(key)?.id ?? null;

/** The answer to a write whose first answer was lost. */
const repeated = (tables: MemoryTables, decision: StoredDecision, dispatcher: string): InboundOutcome => {
  if (decision.kind === "command") return decision.autoReply ? "queued" : "stored";
  if (decision.kind !== "relay") return "stored";
  const place = tables.messages.get(decision.message.id)?.place;
  return place?.state === "owned" && place.by === dispatcher ? "owned" : "queued";
};

const relay = (
  tables: MemoryTables,
  { message, own }: Extract<StoredDecision, { kind: "relay" }>,
  dispatcher: string,
): InboundOutcome => {
  // breakage: overtake-queue
  const held = own && !hasQueue(tables, message.recipientId);
  insertOutbound(
    tables,
    message,
    held ? { state: "owned", by: dispatcher } : { state: "queued", dueAt: message.receivedAt },
  );
  noteText(tables, message.conversationId, message.hold?.since ?? message.receivedAt);
  logReceived(tables, message.id);
  return held ? "owned" : "queued";
};

/** Whether a message of the thread is in the queue, be it claimed. */
const hasQueue = (tables: MemoryTables, recipientId: string): boolean =>
  tables.unsent
    .values()
    .some((message) => message.recipientId === recipientId && message.place.state !== "owned");

const obey = (
  tables: MemoryTables,
  { command, route, autoReply }: Extract<StoredDecision, { kind: "command" }>,
  { serviceId, inbound: { id, from, to, receivedAt } }: InboundWrite,
): void => {
  const { kind, word, scope } = command;
  if (kind === "help" || !isMsisdn(from) || serviceId === null) return;
  carryOut(tables, {
    serviceId,
    ...{ kind, word, scope, number: from, at: receivedAt, source: "text" },
    virtualNumber: isMsisdn(to) ? to : null,
    block: route && {
      ...{ id, other: route.recipient, conversationId: route.conversationId },
      ...{ blockerId: route.senderId, blockedId: route.recipientId },
    },
    isConfirmed: autoReply !== null,
  });
};

const endBy = (tables: MemoryTables, { conversationId: id, at, quarantinedUntil }: Ending): void => {
  close(tables, { id, reason: CLOSE_REASON.requested, at, quarantinedUntil, unlessTextedAfter: null });
};

const lift = (
  tables: MemoryTables,
  { serviceId, inbound: { from, to, receivedAt: at } }: InboundWrite,
): void => {
  if (!isMsisdn(from) || serviceId === null) return;
  carryOut(tables, {
    serviceId,
    ...{ kind: "start", source: "text", word: null, scope: "service", number: from, at },
    virtualNumber: isMsisdn(to) ? to : null,
    ...{ block: null, isConfirmed: false },
  });
};

const keepInbound = (
  tables: MemoryTables,
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
  keep(tables, message satisfies Partial<StoredMessage>);
  logReceived(tables, id);
  log(tables, endedEvent(eventMessage(tables, tables.messages.get(id)!), outcome));
};

const logReceived = (tables: MemoryTables, id: string): void => {
  const message = tables.messages.get(id)!;
  const at = message.outbound?.hold?.since ?? message.receivedAt;
  log(tables, receivedEvent(eventMessage(tables, message), at));
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
