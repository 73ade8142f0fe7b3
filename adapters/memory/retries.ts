import { hasFailed } from "#core/domain/repeating.ts";
import { type Conversations, FAILED_SCANNED_MAX } from "#core/ports/conversations.ts";
import { noteText } from "./conversation-messages.ts";
import { queue, recordOf } from "./messages.ts";
import { blockOf } from "./queue.ts";
import type { MemoryTables } from "./tables.ts";
import { optOutOf } from "./wishes-that-hold.ts";

/** Messages that say once more what others said that failed. */
export const retries = (
  tables: MemoryTables,
  announceWork: () => void,
): Pick<Conversations, "addRetry" | "failed"> => ({
  addRetry: async (of, again) => {
    const first = tables.messages.get(of);
    if (!first?.outbound) throw new Error("Only what was to be sent is repeated");
    // breakage: retry-twice
    if (first.retriedAs !== null) return { retriedAs: first.retriedAs };
    const conversation = tables.conversations.get(again.conversationId);
    if (conversation?.closedAt !== null) return "closed";
    const message = { ...again, priority: first.outbound.priority };
    // breakage: retry-past-an-opt-out
    if (optOutOf(tables, conversation.serviceId, message.destination) !== null)
      return { optedOut: message.recipientId };
    if (blockOf(tables, message) === "pair-block") return "blocked";
    queue(tables, [message]);
    noteText(tables, conversation.id, message.receivedAt);
    first.retriedAs = message.id;
    tables.messages.get(message.id)!.retryOf = of;
    announceWork();
    return "added";
  },
  failed: async ({ serviceId, code, since, until }, { limit, after }) => {
    const failures = [...tables.messages.values()]
      .filter(({ id, receivedAt }) => receivedAt >= since && receivedAt < until && id > (after ?? ""))
      .map((message) => recordOf(tables, message))
      .filter(hasFailed)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const scanned = failures.slice(0, FAILED_SCANNED_MAX);
    const found = scanned.filter(
      (record) =>
        (record.failure?.code ?? "unknown") === code &&
        record.retriedAs === null &&
        (serviceId === null || record.serviceId === serviceId),
    );
    const items = found.slice(0, limit).map(({ id }) => id);
    const isShort = found.length <= limit;
    const next = isShort ? (failures.length > scanned.length ? scanned.at(-1)!.id : null) : items.at(-1)!;
    return { items, next };
  },
});
