import { inTransaction, withConnection } from "#adapters/postgres/connection.ts";
import { tell } from "#adapters/postgres/events/tell.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import { closedEvent } from "#core/domain/conversation-events.ts";
import type { Closing } from "#core/ports/conversations.ts";
import { conversationOf } from "./conversation-rows.ts";
import type { ConversationsContext } from "./conversations-context.ts";
import { closeRoutes } from "./route-writes.ts";

export const closeConversation =
  ({ connections, sealed }: ConversationsContext) =>
  (closing: Closing): Promise<Conversation | null> =>
    withConnection(connections, (connection) =>
      inTransaction(connection, async () => {
        const execute = executeOn(connection);
        await lockConversations(execute, [closing.id]);
        return closeIn(execute, sealed, closing);
      }),
    );

/** Before the locks of participants, as swaps do. */
export const lockConversations = async (execute: Execute, ids: readonly string[]): Promise<void> => {
  await execute("select 1 from conversation where id = any ($1::uuid[]) order by id for update", [
    plainArray(ids),
  ]);
};

/** Closes a conversation that the transaction has locked, and tells of it. */
export const closeIn = async (
  execute: Execute,
  sealed: SealedValues,
  { id, reason, at, quarantinedUntil, unlessTextedAfter }: Closing,
): Promise<Conversation | null> => {
  const conversation = await conversationOf(execute, sealed, id);
  if (!conversation || conversation.closedAt !== null) return conversation;
  if (isTextedAfter(conversation, unlessTextedAfter)) return conversation;
  await execute(CLOSE, [id, at, sealed.sealReason(id, reason)]);
  await closeRoutes(execute, { conversationId: id, senderId: null, at, quarantinedUntil });
  const version = conversation.version + 1;
  const closed = { ...conversation, version, closedAt: at, closeReason: reason };
  await tell(execute, [closedEvent(closed, reason, at)]);
  return closed;
};

const CLOSE =
  "update conversation set closed_at = $2, close_reason = $3, version = version + 1 where id = $1";

const isTextedAfter = ({ lastMessageAt }: Conversation, instant: number | null): boolean =>
  instant !== null && lastMessageAt !== null && lastMessageAt > instant;
