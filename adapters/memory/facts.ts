import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import { isLastPart } from "#core/domain/last-part.ts";
import { endedEvent, sentEvent } from "#core/domain/message-events.ts";
import {
  combineReceipts,
  type FinalReceipt,
  isOptedOutAtCarrier,
  type PartReceipt,
} from "#core/domain/receipt.ts";
import type { Accepted, RequeuedMessage } from "#core/ports/traffic.ts";
import { log } from "./event-log.ts";
import { eventMessage, lastPartTaken, putAway } from "./messages.ts";
import { carryOut } from "./wishes.ts";
import type { StoredMessage, World } from "./world.ts";

/** Records that a carrier has taken a part, and what has been heard of it before. */
export const accept = (world: World, fact: Accepted): void => {
  const message = world.messages.get(fact.messageId);
  if (!message || isKnown(message, fact)) return;
  const wasSent = lastPartTaken(message) !== null || message.outcome !== null;
  message.taken.push(fact);
  // Told first: what has been heard before may end the message.
  if (!wasSent && isLastPart(fact)) log(world, sentEvent(eventMessage(world, message), fact));
  message.attempts = Math.max(message.attempts, fact.attempts);
  if (fact.carrierId !== null && !world.carrierIds.has(fact.carrierId)) {
    world.carrierIds.set(fact.carrierId, fact);
    matchParked(world, Number.POSITIVE_INFINITY);
  }
  if (lastPartTaken(message)) putAway(world, message);
};

const isKnown = ({ taken }: StoredMessage, fact: Accepted): boolean =>
  taken.some(
    ({ part, link, carrierId }) => part === fact.part && link === fact.link && carrierId === fact.carrierId,
  );

/** Puts a message back into the queue, at its old place in the thread, if it is in this dispatcher's hand. */
export const defer = (
  world: World,
  dispatcher: string,
  { message: { id }, dueAt, attempts, answerLost }: RequeuedMessage,
): void => {
  const message = world.unsent.get(id);
  if (!message || message.place.state === "queued" || message.place.state === "done") return;
  if (message.place.by !== dispatcher) return;
  message.place = { state: "queued", dueAt };
  message.attempts = attempts;
  message.unknown = answerLost;
};

/** Ends a message, unless it has ended before. */
export const end = (world: World, outcome: FinalOutcome): void => {
  const message = world.messages.get(outcome.messageId);
  // breakage: receipt-after-end
  if (!message || message.outcome) return;
  message.outcome = outcome;
  putAway(world, message);
  log(world, endedEvent(eventMessage(world, message), outcome));
  // Of a text in parts, its end only repeats what the parts said.
  if (message.partReceipts.size === 0 || lastPartTaken(message)?.parts === 1)
    heedOptOut(world, message, outcome);
};

/** The carrier's word that the recipient has opted out there is a wish that we keep as well. */
const heedOptOut = (
  world: World,
  { outbound, conversationId }: StoredMessage,
  said: Pick<PartReceipt, "failure" | "at">,
): void => {
  if (outbound === null || !isOptedOutAtCarrier(said)) return;
  const conversation = world.conversations.get(conversationId ?? "");
  if (!conversation) return;
  carryOut(world, {
    serviceId: conversation.serviceId,
    ...{ kind: "stop", source: "carrier", word: null, scope: "service", at: said.at },
    ...{ number: outbound.destination, virtualNumber: outbound.source },
    ...{ other: null, isConfirmed: false },
  });
};

/** Whether the message that a receipt speaks of was found; if not, it is kept until it is. */
export const receive = (world: World, receipt: FinalReceipt): boolean => {
  const found = match(world, receipt);
  // breakage: forget-early-receipt
  if (!found) world.parked.add(receipt);
  return found;
};

/** Gives parked receipts to their messages. */
export const matchParked = (world: World, limit: number): number => {
  let matched = 0;
  for (const receipt of world.parked) {
    if (matched >= limit) break;
    if (!match(world, receipt)) continue;
    world.parked.delete(receipt);
    matched += 1;
  }
  return matched;
};

const match = (world: World, { carrierIds, state, failure, at }: FinalReceipt): boolean => {
  // breakage: match-last-sent
  const carrierId = carrierIds.find((id) => world.carrierIds.has(id));
  if (carrierId === undefined) return false;
  const { messageId, parts } = world.carrierIds.get(carrierId)!;
  const message = world.messages.get(messageId)!;
  const { partReceipts } = message;
  const isNew = !partReceipts.has(carrierId);
  if (isNew) partReceipts.set(carrierId, { state, failure, at });
  if (parts > 1) {
    if (isNew) heedOptOut(world, message, { failure, at });
    return true;
  }
  const outcome = combineReceipts(messageId, [partReceipts.get(carrierId)!]);
  if (outcome) end(world, outcome);
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
