import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { lineRow, type SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import { BROADCAST_CANCELLED, type Broadcast, LINE_STATES, type LineState } from "#core/domain/broadcast.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import type { Broadcasts, LineResult } from "#core/ports/broadcasts.ts";
import { type BroadcastRow, toBroadcast } from "./broadcast-rows.ts";
import { CLOCK_DIFFERENCE_MAX_MS } from "./conversation-rows.ts";
import { feedingOf } from "./feeding.ts";

interface BroadcastsContext {
  readonly db: Kysely<Schema>;
  readonly steady: Execute;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

interface ResultRow {
  readonly line: number;
  readonly payload: Buffer;
  readonly state: LineState;
  readonly message_id: string | null;
  readonly code: string | null;
  readonly detail: string | null;
}

const BEGIN = `insert into broadcast (id, service_id, state, rate, starts_at, expires_at, created_at, promotional, fed_at)
values ($1, $2, 'receiving', $3, $4, $5, $6, $7, $4) on conflict do nothing`;

const APPEND = `with kept as (select id from broadcast where id = $1 and state = 'receiving' for share)
insert into broadcast_line (broadcast_id, line, conversation_id, recipient_id, ref_index, payload)
select kept.id, i.* from kept, unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bytea[]) as i
on conflict do nothing`;

const ABSENT = `select i.line from broadcast b, unnest($2::bigint[]) as i (line) where b.id = $1 and b.state = 'receiving'
  and not exists (select from broadcast_line l where l.broadcast_id = $1 and l.line = i.line) order by i.line`;

const ACTIVATE = `update broadcast b set
  state = case when l.some then 'active' else 'completed' end, ended_at = case when not l.some then $2::bigint end
from (select exists (select from broadcast_line where broadcast_id = $1) as some) l
where b.id = $1 and b.state = 'receiving'`;

const MOVE = `update broadcast set state = $2, ended_at = case when $2 = 'cancelled' then $3::bigint end
where id = $1 and (state in ('active', 'paused') or ($2 = 'cancelled' and state = 'completed' and exists (
  select from broadcast_line l where l.broadcast_id = $1 and exists (select from queue q where q.message_id = l.message_id))))`;

/** $1: the broadcast, $2: no message of it has a lower id. */
const STATES = `select l.line, l.payload, m.id as message_id, coalesce(l.code, v.code) as code,
  coalesce(l.detail, v.detail) as detail,
  coalesce(l.refused, case when v.code = '${BROADCAST_CANCELLED}' then 'cancelled' else v.state end, case
    when m.id is null then case when b.state = 'cancelled' then 'cancelled' else 'waiting' end
    when exists (select from accepted a where a.message_id = m.id and a.message_id >= $2::uuid and ${isLastPart("a")})
      then 'sent' else 'queued' end) as state
from broadcast b join broadcast_line l on l.broadcast_id = b.id
left join message m on m.id = l.message_id and m.id >= $2::uuid
left join message_outcome v on v.message_id = m.id and v.message_id >= $2::uuid
where b.id = $1`;

const COUNTS = `select state, count(*)::int as count from (${STATES}) s group by state`;
const RESULTS = `select * from (${STATES} and l.line > $3) s where $4::text is null or state = $4 order by line limit $5`;

export const postgresBroadcasts = ({ db, steady, index, sealed }: BroadcastsContext): Broadcasts => {
  const execute = executeIn(db);
  const get = async (id: string): Promise<Broadcast | null> => {
    const [row] = await execute<BroadcastRow>("select * from broadcast where id = $1", [id]);
    return row ? toBroadcast(row) : null;
  };
  return {
    begin: async ({ id, serviceId, rate, startsAt, expiresAt, createdAt, isPromotional }) => {
      await execute(BEGIN, [id, serviceId, rate, startsAt, expiresAt, createdAt, isPromotional]);
    },
    append: async (id, lines) => {
      if (lines.length === 0) return [];
      const blind = await index();
      const numbers = plainArray(lines.map(({ line }) => line));
      await execute(APPEND, [
        id,
        numbers,
        plainArray(lines.map(({ conversationId }) => conversationId)),
        plainArray(lines.map(({ recipientId }) => recipientId)),
        plainArray(lines.map(({ ref }) => (ref === null ? null : blind.of("reference", `${id} ${ref}`)))),
        byteaArray(lines.map(({ line, text, ref }) => sealed.sealLine(lineRow(id, line), { text, ref }))),
      ]);
      const absent = await execute<{ line: number }>(ABSENT, [id, numbers]);
      return absent.map(({ line }) => line);
    },
    activate: async (id, at) => {
      await execute(ACTIVATE, [id, at]);
      return get(id);
    },
    discard: async (id) => {
      await execute("delete from broadcast where id = $1 and state = 'receiving'", [id]);
    },
    get,
    move: async (id, state, at) => {
      await execute(MOVE, [id, state, at]);
      if (state === "cancelled") await execute("select pg_notify('blocks', '')");
      return get(id);
    },
    counts: async (id) => {
      const broadcast = await get(id);
      const counts = Object.fromEntries(LINE_STATES.map((state) => [state, 0])) as Record<LineState, number>;
      if (!broadcast) return counts;
      const rows = await execute<{ state: LineState; count: number }>(COUNTS, [id, firstId(broadcast)]);
      for (const { state, count } of rows) counts[state] = count;
      return counts;
    },
    results: async (id, state, after, limit) => {
      const broadcast = await get(id);
      if (!broadcast) return [];
      const rows = await execute<ResultRow>(RESULTS, [id, firstId(broadcast), after, state, limit]);
      return rows.map((row) => toResult(sealed, id, row));
    },
    ...feedingOf(db, steady, sealed),
    prune: async (before) => {
      await execute("delete from broadcast where created_at < $1 and state not in ('active', 'paused')", [
        before,
      ]);
    },
  };
};

const firstId = ({ createdAt }: Broadcast): string => leastId(createdAt - CLOCK_DIFFERENCE_MAX_MS);

const toResult = (sealed: SealedValues, id: string, row: ResultRow): LineResult => {
  const payload = sealed.openLine(lineRow(id, row.line), row.payload);
  const failure = row.code === null ? null : { code: row.code, detail: row.detail ?? "" };
  return {
    ...{ line: row.line, ref: payload.ok ? payload.value.ref : null, state: row.state as FinalState },
    ...{ messageId: row.message_id, failure },
  };
};
