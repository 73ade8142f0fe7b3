import { withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { type Conversation, endOf } from "#core/domain/conversation.ts";
import { conversationsOf } from "./conversation-rows.ts";
import type { ConversationsContext } from "./conversations-context.ts";

const RIPE = `select id from conversation
where closed_at is null and check_at <= $1 order by check_at, id limit $2`;

const POSTPONE = `update conversation c set check_at = i.check_at
from unnest($1::uuid[], $2::bigint[]) as i (id, check_at) where c.id = i.id and c.closed_at is null`;

/**
 * Texts move the end of an idle conversation on without touching its row; the sweep that finds it too early notes the new instant,
 * so that those that are really due are never crowded out.
 */
export const dueConversations =
  ({ connections, sealed }: ConversationsContext) =>
  (now: number, limit: number): Promise<readonly Conversation[]> =>
    withConnection(connections, async (connection) => {
      const execute = executeOn(connection);
      for (;;) {
        const ids = (await execute<{ id: string }>(RIPE, [now, limit])).map(({ id }) => id);
        const ripe = await conversationsOf(execute, sealed, ids);
        const early = ripe.filter((each) => !isDue(each, now));
        if (early.length > 0) {
          await execute(POSTPONE, [
            plainArray(early.map(({ id }) => id)),
            plainArray(early.map((each) => endOf(each)?.at ?? null)),
          ]);
        }
        // Each round notes at least one later instant, so that there is a last one.
        if (early.length === 0 || ids.length < limit)
          return ripe.filter((each) => isDue(each, now)).toSorted(byEnd);
      }
    });

const byEnd = (a: Conversation, b: Conversation): number => (endOf(a)?.at ?? 0) - (endOf(b)?.at ?? 0);

const isDue = (conversation: Conversation, now: number): boolean =>
  (endOf(conversation)?.at ?? now + 1) <= now;
