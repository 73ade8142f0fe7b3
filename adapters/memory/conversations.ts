import { type Conversation, endOf, patched } from "#core/domain/conversation.ts";
import type { ConversationChange, ConversationFilter, Conversations } from "#core/ports/conversations.ts";
import { closing } from "./closing.ts";
import { conversationMessages } from "./conversation-messages.ts";
import { opening } from "./opening.ts";
import { retries } from "./retries.ts";
import { changeRoute, liveRoutesOf, pairKey } from "./routes.ts";
import { sliceOf, timeKey } from "./slices.ts";
import { swapping } from "./swapping.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryConversations = (tables: MemoryTables, announceWork: () => void): Conversations => ({
  ...opening(tables, announceWork),
  ...closing(tables),
  ...swapping(tables, announceWork),
  ...conversationMessages(tables, announceWork),
  ...retries(tables, announceWork),
  get: async (id) => tables.conversations.get(id) ?? null,
  list: async (filter, page) =>
    sliceOf(
      tables.conversations.values().filter((each) => matches(each, filter)),
      page,
      ({ openedAt, id }) => timeKey(openedAt, id),
      "descending",
    ),
  patch: async (id, change, versions) => patch(tables, id, change, versions),
  due: async (now, limit) =>
    [...tables.conversations.values()]
      .map((conversation) => ({ conversation, end: endOf(conversation)?.at ?? Number.POSITIVE_INFINITY }))
      .filter(({ conversation, end }) => conversation.closedAt === null && end <= now)
      .sort((a, b) => a.end - b.end)
      .slice(0, limit)
      .map(({ conversation }) => conversation),
  routeAt: async (pair, at) => {
    const route = tables.routes
      .get(pairKey(pair))
      ?.findLast(({ openedAt, closedAt }) => openedAt <= at && (closedAt === null || at < closedAt));
    if (!route) return null;
    const { conversationId, senderId, recipientId, openedAt, closedAt } = route;
    return { conversationId, senderId, recipientId, from: openedAt, until: closedAt };
  },
});

const matches = (
  { serviceId, participants, reference, closedAt }: Conversation,
  filter: ConversationFilter,
): boolean =>
  (filter.serviceId === null || filter.serviceId === serviceId) &&
  (filter.state === null || filter.state === (closedAt === null ? "open" : "closed")) &&
  (filter.reference === null || filter.reference === reference) &&
  (filter.participant === null || participants.some(({ number }) => number === filter.participant));

const patch = (
  tables: MemoryTables,
  id: string,
  change: ConversationChange,
  versions: readonly number[] | null = null,
): Conversation | "closed" | "version-mismatch" | null => {
  const conversation = tables.conversations.get(id);
  if (!conversation) return null;
  if (conversation.closedAt !== null) return "closed";
  if (versions && !versions.includes(conversation.version)) return "version-mismatch";
  const changed = patched(conversation, change);
  tables.conversations.set(id, changed);
  if (changed.expiresAt !== conversation.expiresAt) {
    for (const route of liveRoutesOf(tables, id)) {
      changeRoute(tables, route, { expiresAt: changed.expiresAt });
    }
  }
  return changed;
};
