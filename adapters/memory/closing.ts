import type { Conversation } from "#core/domain/conversation.ts";
import { closedEvent } from "#core/domain/conversation-events.ts";
import type { Closing, Conversations } from "#core/ports/conversations.ts";
import { log } from "./event-log.ts";
import { changeRoute, liveRoutesOf } from "./routes.ts";
import type { MemoryTables } from "./tables.ts";

export const closing = (tables: MemoryTables): Pick<Conversations, "close"> => ({
  close: async (request) => close(tables, request),
});

/** Also what a command ends. */
export const close = (
  tables: MemoryTables,
  { id, reason, at, quarantinedUntil, unlessTextedAfter }: Closing,
): Conversation | null => {
  const conversation = tables.conversations.get(id);
  if (!conversation) return null;
  if (conversation.closedAt !== null || isTextedAfter(conversation, unlessTextedAfter)) return conversation;
  const version = conversation.version + 1;
  const closed: Conversation = { ...conversation, version, closedAt: at, closeReason: reason };
  tables.conversations.set(id, closed);
  for (const route of liveRoutesOf(tables, id))
    changeRoute(tables, route, { closedAt: at, quarantinedUntil });
  log(tables, closedEvent(closed, reason, at));
  return closed;
};

const isTextedAfter = ({ lastMessageAt }: Conversation, instant: number | null): boolean =>
  instant !== null && lastMessageAt !== null && lastMessageAt > instant;
