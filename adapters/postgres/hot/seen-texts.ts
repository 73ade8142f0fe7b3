import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { SEEN_MAX, type Traffic } from "#core/ports/traffic.ts";

interface SeenRow {
  readonly ordinal: number;
  readonly sender_id: string;
  readonly recipient_id: string;
  readonly received_at: number;
}

export const SEEN = `select i.ordinal, t.sender_id, t.recipient_id, t.received_at
from unnest($1::uuid[]) with ordinality as i (conversation_id, ordinal)
cross join lateral (
  select m.sender_id, m.recipient_id, m.received_at from message m
  where m.conversation_id = i.conversation_id and m.sender_id is not null and m.recipient_id is not null
  order by m.received_at desc limit ${SEEN_MAX}) t
order by i.ordinal, t.received_at`;

/** The pace of conversations, one round trip for all of them. */
export const seenTexts =
  (pool: ConnectionPool): Traffic["seen"] =>
  async (conversationIds) => {
    if (conversationIds.length === 0) return [];
    const rows = await withConnection(pool, (connection) =>
      executeOn(connection)<SeenRow>(SEEN, [plainArray(conversationIds)]),
    );
    const byOrdinal = Map.groupBy(rows, ({ ordinal }) => Number(ordinal) - 1);
    return conversationIds.map((_, i) =>
      (byOrdinal.get(i) ?? []).map(({ sender_id, recipient_id, received_at }) => ({
        ...{ senderId: sender_id, recipientId: recipient_id, at: Number(received_at) },
      })),
    );
  };
