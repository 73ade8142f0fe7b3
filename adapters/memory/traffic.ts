import type { LastText } from "#core/domain/wishes/last-text.ts";
import {
  type Batch,
  type BatchOutcome,
  type InboundOutcome,
  type Listener,
  READ_AHEAD_MS,
  type Reader,
  SEEN_MAX,
  type SeenText,
  TOLD_MAX,
  type Traffic,
} from "#core/ports/traffic.ts";
import { accept, defer, end, receive } from "./facts.ts";
import { acceptInbound } from "./inbound.ts";
import { partsOf, setKey } from "./parts.ts";
import { changeRoute, currentRoute } from "./routes.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryTraffic = (tables: MemoryTables, announceWork: () => void): Traffic => ({
  routes: async (pairs) => pairs.map((pair) => currentRoute(tables, pair)),
  parts: async (sets) => {
    const wanted = new Set(sets.map(setKey));
    return partsOf(tables, (part) => wanted.has(setKey(part)));
  },
  seen: async (conversationIds) => conversationIds.map((id) => seenIn(tables, id)),
  told: async (asked) => asked.map((listener) => toldTo(tables, listener)),
  last: async (asked) => asked.map((listener) => lastTo(tables, listener)),
  commit: async (batch) => {
    const outcome = commit(tables, batch);
    if (outcome.kind === "committed" && bringsWork(batch, outcome)) announceWork();
    return outcome;
  },
});

const seenIn = (tables: MemoryTables, conversationId: string): readonly SeenText[] =>
  tables.messages
    .values()
    .filter((message) => message.conversationId === conversationId)
    .flatMap(({ senderId, recipientId, receivedAt: at }) =>
      senderId === null || recipientId === null ? [] : [{ senderId, recipientId, at }],
    )
    .toArray()
    .sort((a, b) => a.at - b.at)
    .slice(-SEEN_MAX);

const toldTo = (tables: MemoryTables, { conversationId, participantId }: Listener): readonly string[] =>
  tables.messages
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

const lastTo = (
  tables: MemoryTables,
  { conversationId, participantId, at: readAt }: Reader,
): LastText | null => {
  let last: LastText | null = null;
  for (const message of tables.messages.values()) {
    if (message.conversationId !== conversationId || message.recipientId !== participantId) continue;
    if (message.outbound === null) continue;
    const { senderId, receivedAt: at } = message;
    if (at > readAt + READ_AHEAD_MS) continue;
    if (last === null || at >= last.at) last = { isOurs: senderId === null, at };
  }
  return last;
};

/** Facts first, so that a message that comes with them finds the queue as they leave it. */
const commit = (tables: MemoryTables, batch: Batch): BatchOutcome => {
  const writer = tables.dispatchers.get(batch.dispatcher);
  // breakage: accept-writes-of-expired
  if (!writer || writer.dead) return { kind: "fenced" };
  for (const fact of batch.accepted) accept(tables, fact);
  for (const requeuedMessage of batch.requeued) defer(tables, writer.id, requeuedMessage);
  for (const outcome of batch.outcomes) end(tables, outcome);
  const matched = batch.receipts.filter((receipt) => receive(tables, receipt)).length;
  const inbound = batch.inbound.map((write) => acceptInbound(tables, write, writer.id));
  noteHeld(tables, batch, inbound);
  return { kind: "committed", inbound, receipts: { matched, parked: batch.receipts.length - matched } };
};

/** Once for all of a batch: its texts were decided on the same version of the route. */
const noteHeld = (tables: MemoryTables, batch: Batch, outcomes: readonly InboundOutcome[]): void => {
  batch.inbound.forEach(({ inbound, decision }, i) => {
    const isWritten = outcomes[i] !== "stale" && outcomes[i] !== "duplicate";
    if (!isWritten || decision.kind !== "relay" || decision.message.hold === undefined) return;
    const { receivedAt: heldUntil, conversationId } = decision.message;
    const route = currentRoute(tables, { sender: inbound.from, virtualNumber: inbound.to });
    if (route?.conversationId === conversationId && heldUntil > (route.heldUntil ?? 0))
      changeRoute(tables, route, { heldUntil });
  });
};

const bringsWork = (batch: Batch, outcome: Extract<BatchOutcome, { kind: "committed" }>): boolean =>
  batch.requeued.length > 0 ||
  outcome.inbound.includes("queued") ||
  batch.inbound.some(({ beside }) => beside?.notice);
