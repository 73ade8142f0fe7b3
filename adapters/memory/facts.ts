import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import { isLastPart } from "#core/domain/last-part.ts";
import { endedEvent, sentEvent } from "#core/domain/message-events.ts";
import {
  combineReceipts,
  type FinalReceipt,
  isAbout,
  isOptedOutAtCarrier,
  type PartReceipt,
} from "#core/domain/receipt.ts";
import type { Accepted, RequeuedMessage } from "#core/ports/traffic.ts";
import { log } from "./event-log.ts";
import { eventMessage, lastPartTaken, putAway } from "./messages.ts";
import type { MemoryTables, StoredMessage } from "./tables.ts";
import { carryOut } from "./wishes.ts";

/** Records that a carrier has taken a part, and what has been heard of it before. */
export const accept = (tables: MemoryTables, fact: Accepted): void => {
  const message = tables.messages.get(fact.messageId);
  if (!message || isKnown(message, fact)) return;
  const wasSent = lastPartTaken(message) !== null || message.outcome !== null;
  message.taken.push(fact);
  // Told first: what has been heard before may end the message.
  if (!wasSent && isLastPart(fact)) log(tables, sentEvent(eventMessage(tables, message), fact));
  message.attempts = Math.max(message.attempts, fact.attempts);
  if (fact.carrierId !== null && !tables.carrierIds.has(fact.carrierId)) {
    tables.carrierIds.set(fact.carrierId, fact);
    matchParked(tables, Number.POSITIVE_INFINITY);
  }
  if (lastPartTaken(message)) putAway(tables, message);
};

const isKnown = ({ taken }: StoredMessage, fact: Accepted): boolean =>
  taken.some(
    ({ part, link, carrierId }) => part === fact.part && link === fact.link && carrierId === fact.carrierId,
  );

/** Puts a message back into the queue, at its old place in the thread, if it is in this dispatcher's hand. */
export const defer = (
  tables: MemoryTables,
  dispatcher: string,
  { message: { id, receivedAt }, dueAt, attempts, answerLost }: RequeuedMessage,
): void => {
  const message = tables.unsent.get(id);
  if (!message || message.place.state === "queued" || message.place.state === "done") return;
  if (message.place.by !== dispatcher) return;
  message.place = { state: "queued", dueAt };
  message.turnAt = receivedAt;
  message.attempts = attempts;
  message.unknown = answerLost;
};

/** Ends a message, unless it has ended before. */
export const end = (tables: MemoryTables, outcome: FinalOutcome): void => {
  const message = tables.messages.get(outcome.messageId);
  // breakage: receipt-after-end
  if (!message || message.outcome) return;
  message.outcome = outcome;
  putAway(tables, message);
  log(tables, endedEvent(eventMessage(tables, message), outcome));
  // Of a text in parts, its end only repeats what the parts said.
  if (message.partReceipts.size === 0 || lastPartTaken(message)?.parts === 1)
    heedOptOut(tables, message, outcome);
};

/** The carrier's word that the recipient has opted out there is a wish that we keep as well. */
const heedOptOut = (
  tables: MemoryTables,
  { outbound, conversationId }: StoredMessage,
  said: Pick<PartReceipt, "failure" | "at">,
): void => {
  if (outbound === null || !isOptedOutAtCarrier(said)) return;
  const conversation = tables.conversations.get(conversationId ?? "");
  if (!conversation) return;
  carryOut(tables, {
    serviceId: conversation.serviceId,
    ...{ kind: "stop", source: "carrier", word: null, scope: "service", at: said.at },
    ...{ number: outbound.destination, virtualNumber: outbound.source },
    ...{ block: null, isConfirmed: false },
  });
};

/** Whether the message that a receipt speaks of was found; if not, it is kept until it is. */
export const receive = (tables: MemoryTables, receipt: FinalReceipt): boolean => {
  const found = match(tables, receipt);
  // breakage: forget-early-receipt
  if (!found) tables.parked.add(receipt);
  return found;
};

/** Gives parked receipts to their messages. */
export const matchParked = (tables: MemoryTables, limit: number): number => {
  let matched = 0;
  for (const receipt of tables.parked) {
    if (matched >= limit) break;
    if (!match(tables, receipt)) continue;
    tables.parked.delete(receipt);
    matched += 1;
  }
  return matched;
};

const match = (tables: MemoryTables, receipt: FinalReceipt): boolean => {
  const { carrierIds, state, failure, at } = receipt;
  // breakage: match-last-sent
  const carrierId = carrierIds.find((id) => tables.carrierIds.has(id));
  if (carrierId === undefined) return false;
  const { messageId, parts } = tables.carrierIds.get(carrierId)!;
  const message = tables.messages.get(messageId)!;
  if (message.outbound && !isAbout(receipt, message.outbound)) return false;
  const { partReceipts } = message;
  const isNew = !partReceipts.has(carrierId);
  if (isNew) partReceipts.set(carrierId, { state, failure, at });
  if (parts > 1) {
    if (isNew) heedOptOut(tables, message, { failure, at });
    return true;
  }
  const outcome = combineReceipts(messageId, [partReceipts.get(carrierId)!]);
  if (outcome) end(tables, outcome);
  return true;
};

/** For each part of an accepted message what is known of it; of parts sent more than once the first receipt counts. */
export const partReceiptsOf = (message: StoredMessage): readonly (PartReceipt | null)[] => {
  const parts = lastPartTaken(message)?.parts ?? 0;
  return Array.from({ length: parts }, (_, part) => {
    const ids = message.taken.filter((fact) => fact.part === part && fact.parts === parts);
    return ids.map(({ carrierId }) => message.partReceipts.get(carrierId ?? "")).find(Boolean) ?? null;
  });
};
