import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { READ_AHEAD_MS, type Traffic } from "#core/ports/traffic.ts";
import { RELAYED } from "./decision-code.ts";

interface LastRow {
  readonly ordinal: number;
  readonly is_ours: boolean;
  readonly received_at: number;
}

export const LAST = `select i.ordinal, t.is_ours, t.received_at
from unnest($1::uuid[], $2::uuid[], $3::bigint[]) with ordinality as i (conversation_id, participant_id, at, ordinal)
cross join lateral (
  select m.sender_id is null as is_ours, m.received_at from message m
  where m.conversation_id = i.conversation_id and m.recipient_id = i.participant_id and m.decision_code = ${RELAYED}
    and m.received_at <= i.at + ${READ_AHEAD_MS}
  order by m.received_at desc, m.id desc limit 1) t`;

/** The last texts to participants, one round trip for all of them. */
export const lastTexts =
  (pool: ConnectionPool): Traffic["last"] =>
  async (asked) => {
    if (asked.length === 0) return [];
    const rows = await withConnection(pool, (connection) =>
      executeOn(connection)<LastRow>(LAST, [
        plainArray(asked.map(({ conversationId }) => conversationId)),
        plainArray(asked.map(({ participantId }) => participantId)),
        plainArray(asked.map(({ at }) => at)),
      ]),
    );
    const byOrdinal = new Map(rows.map((row) => [Number(row.ordinal) - 1, row]));
    return asked.map((_, at) => {
      const row = byOrdinal.get(at);
      return row === undefined ? null : { isOurs: row.is_ours, at: Number(row.received_at) };
    });
  };
