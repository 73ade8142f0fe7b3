import type { Block } from "#core/domain/block.ts";
import { blockBeforeDeparture } from "#core/domain/block-before-departure.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { partitionOf } from "#core/domain/partition.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { Claim, ClaimRequest, Owned, Recovery } from "#core/ports/dispatch.ts";
import { currentRoute } from "./routes.ts";
import { optOutOf } from "./wishes-that-hold.ts";
import type { StoredMessage, World } from "./world.ts";

/** Claims the due heads of recipients' queues, by priority and age. */
export const claim = (world: World, request: ClaimRequest): readonly Claim[] => {
  if (request.recover) recover(world, request.dispatcher, request.recover);
  return claimDue(world, request);
};

const recover = (world: World, dispatcher: string, { claimedIds, inserted }: Recovery): void => {
  for (const message of world.unsent.values()) {
    const { id, place, receivedAt } = message;
    if (place.state === "claimed" && place.by === dispatcher && !claimedIds.includes(id))
      message.place = { state: "queued", dueAt: place.dueAt };
    if (place.state !== "owned" || place.by !== dispatcher || !inserted) continue;
    const { from, before, ownedIds } = inserted;
    if (id >= from && id < before && !ownedIds.includes(id))
      message.place = { state: "queued", dueAt: receivedAt };
  }
};

const claimDue = (world: World, { limit, now, ...owned }: ClaimRequest): readonly Claim[] =>
  [...heads(world, owned)]
    .filter(({ dueAt }) => dueAt <= now)
    .sort(
      (a, b) =>
        PRIORITIES.indexOf(a.outbound.priority) - PRIORITIES.indexOf(b.outbound.priority) ||
        a.birth - b.birth,
    )
    .slice(0, limit)
    .map(({ message, outbound, dueAt }) => {
      message.place = { state: "claimed", by: owned.dispatcher, dueAt };
      return claimOf(world, message, outbound);
    });

const claimOf = (world: World, message: StoredMessage, outbound: OutboundMessage): Claim => ({
  message: outbound,
  attempts: message.attempts,
  answerLost: message.unknown,
  validUntil: message.text === null ? 0 : validUntil(world, outbound),
  blockedBy: blockOf(world, outbound),
});

export const blockOf = (world: World, message: OutboundMessage): Block | null => {
  const reply = currentRoute(world, { sender: message.destination, virtualNumber: message.source });
  return blockBeforeDeparture(message, {
    optedOutSince: optOutOf(world, serviceOfSource(world, message), message.destination)?.since ?? null,
    isPairBlocked: reply?.conversationId === message.conversationId && reply.blockedBy === "pair-block",
  });
};

/** A conversation knows it also when its number has gone. */
const serviceOfSource = (world: World, { conversationId }: OutboundMessage): string =>
  world.conversations.get(conversationId)?.serviceId ?? "";

export const nextDueAt = (world: World, owned: Owned): number | null => {
  const dues = heads(world, owned).map(({ dueAt }) => dueAt);
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
const heads = function* (world: World, { dispatcher, ownedRecipientIds }: Owned): Generator<Head> {
  const seen = new Set(ownedRecipientIds);
  for (const message of world.unsent.values()) {
    const { outbound, place, birth } = message;
    if (!outbound || place.state === "owned" || seen.has(outbound.recipientId)) continue;
    // breakage: claim-behind-owned
    seen.add(outbound.recipientId);
    if (place.state !== "queued" || world.owners[partitionOf(outbound.recipientId)] !== dispatcher) continue;
    yield { message, outbound, birth, dueAt: place.dueAt };
  }
};

/** Until when an answer to the message is sure to reach its conversation. */
const validUntil = (world: World, { destination, source, conversationId }: OutboundMessage): number => {
  const reply = currentRoute(world, { sender: destination, virtualNumber: source });
  if (reply && reply.conversationId !== conversationId) return 0;
  return reply?.quarantinedUntil ?? Number.POSITIVE_INFINITY;
};
