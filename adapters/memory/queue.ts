import type { DepartureBlock } from "#core/domain/block.ts";
import { blockBeforeDeparture } from "#core/domain/block-before-departure.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { partitionOf } from "#core/domain/partition.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { Claim, ClaimRequest, Owned, Recovery } from "#core/ports/dispatch.ts";
import { currentRoute } from "./routes.ts";
import type { MemoryTables, StoredMessage } from "./tables.ts";
import { optOutOf } from "./wishes-that-hold.ts";

/** Claims the due heads of recipients' queues, by priority and age. */
export const claim = (tables: MemoryTables, request: ClaimRequest): readonly Claim[] => {
  if (request.recover) recover(tables, request.dispatcher, request.recover);
  return claimDue(tables, request);
};

const recover = (tables: MemoryTables, dispatcher: string, { claimedIds, inserted }: Recovery): void => {
  for (const message of tables.unsent.values()) {
    const { id, place, receivedAt } = message;
    if (place.state === "claimed" && place.by === dispatcher && !claimedIds.includes(id))
      message.place = { state: "queued", dueAt: place.dueAt };
    if (place.state !== "owned" || place.by !== dispatcher || !inserted) continue;
    const { from, before, ownedIds } = inserted;
    if (id >= from && id < before && !ownedIds.includes(id))
      message.place = { state: "queued", dueAt: receivedAt };
  }
};

const claimDue = (tables: MemoryTables, { limit, now, ...owned }: ClaimRequest): readonly Claim[] =>
  [...heads(tables, owned)]
    .filter(({ dueAt }) => dueAt <= now)
    .sort(
      (a, b) =>
        PRIORITIES.indexOf(a.outbound.priority) - PRIORITIES.indexOf(b.outbound.priority) ||
        a.birth - b.birth,
    )
    .slice(0, limit)
    .map(({ message, outbound, dueAt }) => {
      message.place = { state: "claimed", by: owned.dispatcher, dueAt };
      return claimOf(tables, message, outbound);
    });

const claimOf = (tables: MemoryTables, message: StoredMessage, outbound: OutboundMessage): Claim => ({
  message: outbound,
  attempts: message.attempts,
  answerLost: message.unknown,
  validUntil: message.text === null ? 0 : validUntil(tables, outbound),
  blockedBy: blockOf(tables, outbound),
});

export const blockOf = (tables: MemoryTables, message: OutboundMessage): DepartureBlock | null => {
  const reply = currentRoute(tables, { sender: message.destination, virtualNumber: message.source });
  return blockBeforeDeparture(message, {
    optedOutSince: optOutOf(tables, serviceOfSource(tables, message), message.destination)?.since ?? null,
    isPairBlocked: reply?.conversationId === message.conversationId && reply.blockedBy === "pair-block",
    isCancelled: message.priority === "broadcast" && isCancelled(tables, message),
  });
};

const isCancelled = (tables: MemoryTables, { id }: OutboundMessage): boolean =>
  tables.broadcasts
    .values()
    .some(
      ({ state, lines }) => state === "cancelled" && lines.values().some(({ messageId }) => messageId === id),
    );

/** A conversation knows it also when its number has gone. */
const serviceOfSource = (tables: MemoryTables, { conversationId }: OutboundMessage): string =>
  tables.conversations.get(conversationId)?.serviceId ?? "";

export const nextDueAt = (tables: MemoryTables, owned: Owned): number | null => {
  const dues = heads(tables, owned).map(({ dueAt }) => dueAt);
  return dues.reduce<number | null>((next, dueAt) => Math.min(next ?? dueAt, dueAt), null);
};

interface Head {
  readonly message: StoredMessage;
  readonly outbound: OutboundMessage;
  readonly birth: number;
  readonly dueAt: number;
}

/**
 * The first message in the queue of each recipient in the dispatcher's partitions, if it is unclaimed. What was inserted as owned is
 * not in the queue: the request says whose messages wait for such.
 */
const heads = function* (tables: MemoryTables, { dispatcher, ownedRecipientIds }: Owned): Generator<Head> {
  const seen = new Set(ownedRecipientIds);
  for (const message of byTurn(tables)) {
    const { outbound, place, birth } = message;
    if (!outbound || place.state === "owned" || seen.has(outbound.recipientId)) continue;
    // breakage: claim-behind-owned
    seen.add(outbound.recipientId);
    if (place.state !== "queued" || tables.owners[partitionOf(outbound.recipientId)] !== dispatcher) continue;
    yield { message, outbound, birth, dueAt: place.dueAt };
  }
};

/** What is for each recipient, in the order in which it leaves; between recipients there is none. */
const byTurn = (tables: MemoryTables): Iterable<StoredMessage> => {
  const isHeld = ({ outbound }: StoredMessage): boolean => outbound?.hold !== undefined;
  if (!tables.unsent.values().some(isHeld)) return tables.unsent.values();
  const byRecipient = Map.groupBy(tables.unsent.values(), ({ outbound }) => outbound?.recipientId);
  return byRecipient.values().flatMap((messages) => {
    const held = messages.filter(isHeld).toSorted((a, b) => turnOf(a) - turnOf(b) || a.birth - b.birth);
    return interleaved(
      held,
      messages.filter((message) => !isHeld(message)),
    );
  });
};

/** In the order in which they were born, but that what is held has its turn among what comes when that is over. */
const interleaved = (
  held: readonly StoredMessage[],
  others: readonly StoredMessage[],
): readonly StoredMessage[] => {
  const ordered: StoredMessage[] = [];
  let taken = 0;
  for (const each of held) {
    const turn = turnOf(each);
    const isEarlier = (other: StoredMessage): boolean => other.receivedAt < turn;
    // Behind all that was there before it and came before its turn, whatever was born between.
    let until = others.findLastIndex((other) => isEarlier(other) && other.birth < each.birth) + 1;
    while (until < others.length && isEarlier(others[until]!)) until += 1;
    ordered.push(...others.slice(taken, Math.max(taken, until)), each);
    taken = Math.max(taken, until);
  }
  return [...ordered, ...others.slice(taken)];
};

const turnOf = ({ turnAt, outbound, receivedAt }: StoredMessage): number =>
  turnAt ?? outbound?.receivedAt ?? receivedAt;

/** Until when an answer to the message is sure to reach its conversation. */
const validUntil = (
  tables: MemoryTables,
  { destination, source, conversationId }: OutboundMessage,
): number => {
  const reply = currentRoute(tables, { sender: destination, virtualNumber: source });
  if (reply && reply.conversationId !== conversationId) return 0;
  return reply?.quarantinedUntil ?? Number.POSITIVE_INFINITY;
};
