import { isLastPart } from "#core/domain/last-part.ts";
import type { EventMessage } from "#core/domain/message-events.ts";
import type { MessageRecord } from "#core/domain/message-record.ts";
import { stateOf } from "#core/domain/message-state.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { countSegments } from "#core/domain/segments.ts";
import type { Accepted } from "#core/ports/traffic.ts";
import { type MemoryTables, nextCount, type PartRow, type Place, type StoredMessage } from "./tables.ts";

/** Stores a message that is to be sent, unless its id is known. */
export const insertOutbound = (tables: MemoryTables, outbound: OutboundMessage, place: Place): void => {
  if (tables.messages.has(outbound.id)) return;
  const message = blank(tables, outbound, { outbound, place });
  tables.messages.set(message.id, message);
  tables.unsent.set(message.id, message);
};

/** Puts messages of our own into the queue. */
export const queue = (tables: MemoryTables, outbound: readonly OutboundMessage[]): void => {
  for (const message of outbound)
    insertOutbound(tables, message, { state: "queued", dueAt: message.receivedAt });
};

/** Stores an inbound message that goes no further. */
export const keep = (
  tables: MemoryTables,
  message: Pick<
    StoredMessage,
    "id" | "conversationId" | "senderId" | "recipientId" | "text" | "receivedAt" | "outcome" | "stranger"
  >,
): void => {
  if (tables.messages.has(message.id)) return;
  tables.messages.set(
    message.id,
    blank(tables, message, { outcome: message.outcome, stranger: message.stranger }),
  );
};

const blank = (
  tables: MemoryTables,
  {
    id,
    conversationId,
    senderId,
    recipientId,
    text,
    receivedAt,
  }: Pick<StoredMessage, "id" | "conversationId" | "senderId" | "recipientId" | "text" | "receivedAt">,
  change: Partial<StoredMessage>,
): StoredMessage => ({
  id,
  conversationId,
  senderId,
  recipientId,
  text,
  receivedAt,
  birth: nextCount(tables),
  outbound: null,
  stranger: null,
  place: { state: "done" },
  turnAt: null,
  attempts: 0,
  unknown: false,
  taken: [],
  partReceipts: new Map(),
  outcome: null,
  retryOf: null,
  retriedAs: null,
  ...change,
});

/** Nobody has it in hand any more, and it is not to be sent. */
export const putAway = (tables: MemoryTables, message: StoredMessage): void => {
  message.place = { state: "done" };
  tables.unsent.delete(message.id);
};

export const lastPartTaken = ({ taken }: StoredMessage): Accepted | null => taken.find(isLastPart) ?? null;

export const recordOf = (tables: MemoryTables, message: StoredMessage): MessageRecord => {
  const lastPart = lastPartTaken(message);
  return {
    id: message.id,
    serviceId: serviceOf(tables, message),
    conversationId: message.conversationId,
    senderId: message.senderId,
    recipientId: message.recipientId,
    text: message.text,
    state: stateOf(message.outcome, {
      waitsForParts: false,
      accepted: lastPart !== null,
      answerLost: message.unknown,
      claimed: message.place.state === "claimed" || message.place.state === "owned",
    }),
    link: message.taken.at(-1)?.link ?? null,
    segments: segmentsOf(message),
    attempts: message.attempts,
    carrierMessageIds: message.taken.map(({ carrierId }) => carrierId).filter((id) => id !== null),
    failure: message.outcome?.failure ?? null,
    retryOf: message.retryOf,
    retriedAs: message.retriedAs,
    ...(message.outbound?.hold && message.senderId === null && { isPromotional: true as const }),
    receivedAt: message.outbound?.hold?.since ?? message.receivedAt,
    queuedAt: message.outbound === null ? null : message.receivedAt,
    sentAt: lastPart?.at ?? null,
    finalAt: message.outcome?.at ?? null,
  };
};

const serviceOf = (tables: MemoryTables, { conversationId, stranger }: StoredMessage): string | null =>
  conversationId === null
    ? (stranger?.serviceId ?? null)
    : (tables.conversations.get(conversationId)?.serviceId ?? null);

/** The whole text is kept in `outbound` for sending; of an erased one the length is still known by it. */
const segmentsOf = ({ outbound, text }: Pick<StoredMessage, "outbound" | "text">): number =>
  countSegments(outbound?.text ?? text ?? "");

export const recordOfPart = (tables: MemoryTables, part: PartRow): MessageRecord => ({
  id: part.id,
  serviceId: tables.numbers.get(part.to)?.serviceId ?? null,
  conversationId: null,
  senderId: null,
  recipientId: null,
  text: part.text,
  state: stateOf(null, { waitsForParts: true, accepted: false, answerLost: false, claimed: false }),
  link: part.link,
  segments: 1,
  attempts: 0,
  carrierMessageIds: [],
  failure: null,
  retryOf: null,
  retriedAs: null,
  receivedAt: part.receivedAt,
  queuedAt: null,
  sentAt: null,
  finalAt: null,
});

/** What events say of a message. */
export const eventMessage = (tables: MemoryTables, message: StoredMessage): EventMessage => {
  const { id, conversationId, senderId, recipientId } = message;
  const segments = segmentsOf(message);
  return { id, conversationId, senderId, recipientId, segments, serviceId: serviceOf(tables, message) };
};
