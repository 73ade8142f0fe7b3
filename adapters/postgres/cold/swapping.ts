import { tell } from "#adapters/postgres/events/tell.ts";
import { executeIn } from "#adapters/postgres/execute.ts";
import { enqueue } from "#adapters/postgres/hot/outbound-queue.ts";
import { type Conversation, counterpart } from "#core/domain/conversation.ts";
import { swappedEvent } from "#core/domain/conversation-events.ts";
import type { Swap, SwapOutcome } from "#core/ports/conversations.ts";
import { lockParticipants } from "./blocks.ts";
import { conversationOf, mustBeReadable } from "./conversation-rows.ts";
import { insertParticipant, type WriteContext } from "./conversation-writes.ts";
import type { ConversationsContext } from "./conversations-context.ts";
import { closeRoutes, defineStatement, definitionOf, isOwnNumber, lockPool } from "./route-writes.ts";

export const swapParticipant =
  ({ db, index, sealed }: ConversationsContext) =>
  async (request: Swap): Promise<SwapOutcome> => {
    const blind = await index();
    return db
      .transaction()
      .execute((trx) => swap({ execute: executeIn(trx), index: blind, sealed }, request))
      .catch((error) => {
        if (error instanceof Conflict) return { kind: "conflict" };
        throw error;
      });
  };

/** Leaves the transaction, which is rolled back. */
class Conflict extends Error {}

const swap = async (context: WriteContext, request: Swap): Promise<SwapOutcome> => {
  const { execute, sealed } = context;
  const { conversationId, leaving, joining, staying } = request;
  await execute("select 1 from conversation where id = $1 for update", [conversationId]);
  const conversation = await conversationOf(execute, sealed, conversationId);
  if (!conversation || conversation.closedAt !== null) return { kind: "closed" };
  mustBeReadable(conversation);
  const { participants } = conversation;
  if (counterpart(participants, joining.id)) return { kind: "swapped", conversation };
  if (counterpart(participants, leaving)?.id !== staying.id) return { kind: "conflict" };

  await replaceRoutes(context, request, conversation);
  await execute("update participant set left_at = $2 where id = $1", [leaving, request.at]);
  await execute("update participant set virtual_number = $2 where id = $1", [
    staying.id,
    staying.virtualNumber,
  ]);
  const side = participants[0].id === leaving ? 0 : 1;
  await insertParticipant(context, conversationId, side, joining);
  await enqueue(execute, sealed, request.intros);
  const version = conversation.version + 1;
  await execute("update conversation set version = $2 where id = $1", [conversationId, version]);
  const swapped = { leftId: leaving, joinedId: joining.id, at: request.at };
  await tell(execute, [swappedEvent({ ...conversation, version }, swapped)]);
  return {
    kind: "swapped",
    conversation: {
      ...conversation,
      version,
      participants: side === 0 ? [joining, staying] : [staying, joining],
      former: [...conversation.former, { ...participants[side], leftAt: request.at }],
    },
  };
};

const DEFINE = defineStatement();

/** The pair of the one who stays changes its meaning at once, without a quarantine. */
const replaceRoutes = async (
  context: WriteContext,
  { conversationId, leaving, staying, joining, routes, at, quarantinedUntil }: Swap,
  { serviceId, expiresAt }: Conversation,
): Promise<void> => {
  const { execute, index } = context;
  await lockPool(execute, "shared");
  await lockParticipants(execute, [staying.number, joining.number].map(index.ofNumber), "shared");
  if (await isOwnNumber(execute, index.ofNumber(joining.number))) throw new Conflict();
  await closeRoutes(execute, { conversationId, senderId: leaving, at, quarantinedUntil });
  const lives = routes.map((route) => ({ ...route, serviceId, openedAt: at, expiresAt }));
  const defined = await execute(DEFINE, definitionOf(context, lives, conversationId));
  if (defined.length !== routes.length) throw new Conflict();
  const kept = routes.map(({ virtualNumber }) => virtualNumber);
  await execute(
    `update route set closed_at = $3, quarantined_until = $4, version = nextval('route_version')
     where conversation_id = $1 and sender_id = $2 and closed_at is null and virtual_number <> all ($5::bigint[])`,
    [conversationId, staying.id, at, quarantinedUntil, `{${kept.join(",")}}`],
  );
};
