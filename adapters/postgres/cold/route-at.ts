import { executeIn } from "#adapters/postgres/execute.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { PastRoute } from "#core/ports/conversations.ts";
import type { ConversationsContext } from "./conversations-context.ts";

interface RouteAtRow {
  readonly conversation_id: string;
  readonly sender_id: string;
  readonly recipient_id: string;
  readonly opened_at: number;
  readonly closed_at: number | null;
}

const ROUTE_AT = `select * from (
  select conversation_id, sender_id, recipient_id, opened_at, closed_at, 1 as age from route
  where sender_index = $1 and virtual_number = $2
  union all
  select conversation_id, sender_id, recipient_id, opened_at, closed_at, 0 from past_route
  where sender_index = $1 and virtual_number = $2) meaning
where opened_at <= $3 and (closed_at is null or closed_at > $3)
order by age desc, opened_at desc limit 1`;

/** Who was behind a pair at an instant, also when it has been given to others since. */
export const routeAt =
  ({ db, index }: ConversationsContext) =>
  async ({ sender, virtualNumber }: Pair, at: number): Promise<PastRoute | null> => {
    const senderIndex = (await index()).ofNumber(sender);
    const [row] = await executeIn(db)<RouteAtRow>(ROUTE_AT, [senderIndex, virtualNumber, at]);
    if (!row) return null;
    return {
      conversationId: row.conversation_id,
      senderId: row.sender_id,
      recipientId: row.recipient_id,
      from: row.opened_at,
      until: row.closed_at,
    };
  };
