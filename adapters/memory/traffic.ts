import {
  type Batch,
  type BatchOutcome,
  type Listener,
  SEEN_MAX,
  type SeenText,
  TOLD_MAX,
  type Traffic,
} from "#core/ports/traffic.ts";
import { accept, defer, end, receive } from "./facts.ts";
import { acceptInbound } from "./inbound.ts";
import { partsOf, setKey } from "./parts.ts";
import { currentRoute } from "./routes.ts";
import type { World } from "./world.ts";

export const memoryTraffic = (world: World, announceWork: () => void): Traffic => ({
  routes: async (pairs) => pairs.map((pair) => currentRoute(world, pair)),
  parts: async (sets) => {
    const wanted = new Set(sets.map(setKey));
    return partsOf(world, (part) => wanted.has(setKey(part)));
  },
  seen: async (conversationIds) => conversationIds.map((id) => seenIn(world, id)),
  told: async (asked) => asked.map((listener) => toldTo(world, listener)),
  commit: async (batch) => {
    const outcome = commit(world, batch);
    if (outcome.kind === "committed" && bringsWork(batch, outcome)) announceWork();
    return outcome;
  },
});

const seenIn = (world: World, conversationId: string): readonly SeenText[] =>
  world.messages
    .values()
    .filter((message) => message.conversationId === conversationId)
    .flatMap(({ senderId, recipientId, receivedAt: at }) =>
      senderId === null || recipientId === null ? [] : [{ senderId, recipientId, at }],
    )
    .toArray()
    .sort((a, b) => a.at - b.at)
    .slice(-SEEN_MAX);

const toldTo = (world: World, { conversationId, participantId }: Listener): readonly string[] =>
  world.messages
    .values()
    .filter(
      (message) =>
        message.conversationId === conversationId &&
        message.senderId === null &&
        message.recipientId === participantId,
    )
    .flatMap(({ text }) => (text === null ? [] : [text]))
    .toArray()
    .slice(-TOLD_MAX);

/** Facts first, so that a message that comes with them finds the queue as they leave it. */
const commit = (world: World, batch: Batch): BatchOutcome => {
  const writer = world.dispatchers.get(batch.dispatcher);
  // breakage: accept-writes-of-expired
  if (!writer || writer.dead) return { kind: "fenced" };
  for (const fact of batch.accepted) accept(world, fact);
  for (const requeuedMessage of batch.requeued) defer(world, writer.id, requeuedMessage);
  for (const outcome of batch.outcomes) end(world, outcome);
  const matched = batch.receipts.filter((receipt) => receive(world, receipt)).length;
  const inbound = batch.inbound.map((write) => acceptInbound(world, write, writer.id));
  return { kind: "committed", inbound, receipts: { matched, parked: batch.receipts.length - matched } };
};

const bringsWork = (batch: Batch, outcome: Extract<BatchOutcome, { kind: "committed" }>): boolean =>
  batch.requeued.length > 0 || outcome.inbound.includes("queued");
