import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { TOLD_MAX, type Traffic } from "#core/ports/traffic.ts";

interface ToldRow {
  readonly ordinal: number;
  readonly id: string;
  readonly payload: Buffer;
}

export const TOLD = `select i.ordinal, t.id, t.payload
from unnest($1::uuid[], $2::uuid[]) with ordinality as i (conversation_id, participant_id, ordinal)
cross join lateral (
  select m.id, m.payload, m.received_at from message m
  where m.conversation_id = i.conversation_id and m.sender_id is null and m.recipient_id = i.participant_id
    and m.payload is not null
  order by m.received_at desc limit ${TOLD_MAX}) t
order by i.ordinal, t.received_at`;

/** What we have told participants, one round trip for all of them. */
export const toldTexts =
  ({ pool, sealed }: { readonly pool: ConnectionPool; readonly sealed: SealedValues }): Traffic["told"] =>
  async (asked) => {
    if (asked.length === 0) return [];
    const rows = await withConnection(pool, (connection) =>
      executeOn(connection)<ToldRow>(TOLD, [
        plainArray(asked.map(({ conversationId }) => conversationId)),
        plainArray(asked.map(({ participantId }) => participantId)),
      ]),
    );
    const byOrdinal = Map.groupBy(rows, ({ ordinal }) => Number(ordinal) - 1);
    return asked.map((_, at) =>
      (byOrdinal.get(at) ?? []).flatMap(({ id, payload }) => {
        const opened = sealed.openMessage(id, payload);
        return opened.ok ? [opened.value.text] : [];
      }),
    );
  };
