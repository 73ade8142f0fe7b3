import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { lineRow, type SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import {
  BROADCAST_CANCELLED,
  type Broadcast,
  LINE_STATES,
  type LineState,
  shareRoom,
} from "#core/domain/broadcast.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { Broadcasts, ClaimedLine, LineClaim, LineResult, SettledLine } from "#core/ports/broadcasts.ts";
import { CLOCK_DIFFERENCE_MAX_MS } from "./conversation-rows.ts";

interface BroadcastsContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

interface BroadcastRow {
  readonly id: string;
  readonly service_id: string;
  readonly state: Broadcast["state"];
  readonly rate: number | null;
  readonly starts_at: number;
  readonly expires_at: number | null;
  readonly promotional: boolean;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly fed_at: number;
}

interface LineRow {
  readonly line: number;
  readonly conversation_id: string;
  readonly recipient_id: string;
  readonly payload: Buffer;
  readonly message_id: string;
}

interface ResultRow {
  readonly line: number;
  readonly payload: Buffer;
  readonly state: LineState;
  readonly message_id: string | null;
  readonly code: string | null;
  readonly detail: string | null;
}

/** Broadcasts that are fed in one pass. */
const FED_MAX = 50;

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

/** Whoever pauses or cancels waits for this, and it for them. */
const TURN = `select * from broadcast where state = 'active' and starts_at <= $1 order by fed_at, id limit ${FED_MAX}
for update skip locked`;
/** Mostly none is, and then no transaction is begun. */
const IS_ANY_ACTIVE =
  "select exists (select from broadcast where state = 'active' and starts_at <= $1) as is_any_active";
const WAITING = `select count(*)::int as count from queue where priority = ${PRIORITIES.indexOf("broadcast")}`;

const CLAIM = `with picked as (
  select line from broadcast_line
  where broadcast_id = $1 and settled_at is null and (claimed_at is null or claimed_at <= $2)
  order by line limit $3 for update),
numbered as (select line, row_number() over (order by line) as n from picked),
claimed as (
  update broadcast_line l set claimed_at = $4, message_id = coalesce(l.message_id, ($5::uuid[])[p.n])
  from numbered p where l.broadcast_id = $1 and l.line = p.line
  returning l.line, l.conversation_id, l.recipient_id, l.payload, l.message_id)
select * from claimed order by line`;

const SETTLE = `update broadcast_line l set settled_at = $1, payload = i.payload, refused = i.refused, code = i.code, detail = i.detail
from unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::text[], $6::text[], $7::text[])
  as i (broadcast_id, line, payload, refused, code, detail)
where l.broadcast_id = i.broadcast_id and l.line = i.line and l.settled_at is null`;

const RELEASE = `update broadcast_line l set claimed_at = null
from unnest($1::uuid[], $2::bigint[]) as i (broadcast_id, line)
where l.broadcast_id = i.broadcast_id and l.line = i.line and l.settled_at is null`;

const HOLD = `update broadcast_line l set claimed_at = i.until - $4
from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as i (broadcast_id, line, until)
where l.broadcast_id = i.broadcast_id and l.line = i.line and l.settled_at is null`;

const COMPLETE = `update broadcast b set state = 'completed', ended_at = $1
where b.id = any ($2::uuid[]) and b.state = 'active'
  and not exists (select from broadcast_line l where l.broadcast_id = b.id and l.settled_at is null)`;

export const postgresBroadcasts = ({ db, index, sealed }: BroadcastsContext): Broadcasts => {
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
    claimLines: async (claim) => {
      const [asked] = await execute<{ is_any_active: boolean }>(IS_ANY_ACTIVE, [claim.now]);
      if (!asked!.is_any_active) return [];
      return db.transaction().execute((trx) => claimLines(executeIn(trx), sealed, claim));
    },
    settle: async (lines, at) => {
      if (lines.length === 0) return;
      await db.transaction().execute((trx) => settle(executeIn(trx), sealed, lines, at));
    },
    release: async (lines) => {
      if (lines.length === 0) return;
      await execute(RELEASE, [
        plainArray(lines.map(({ broadcastId }) => broadcastId)),
        plainArray(lines.map(({ line }) => line)),
      ]);
    },
    hold: async (lines, leaseMs) => {
      if (lines.length === 0) return;
      await execute(HOLD, [
        plainArray(lines.map(({ broadcastId }) => broadcastId)),
        plainArray(lines.map(({ line }) => line)),
        plainArray(lines.map(({ until }) => until)),
        leaseMs,
      ]);
    },
    prune: async (before) => {
      await execute("delete from broadcast where created_at < $1 and state not in ('active', 'paused')", [
        before,
      ]);
    },
  };
};

const claimLines = async (
  execute: Execute,
  sealed: SealedValues,
  { now, room, limit = room, leaseMs, nextId }: LineClaim,
): Promise<readonly ClaimedLine[]> => {
  const active = await execute<BroadcastRow>(TURN, [now]);
  if (active.length === 0) return [];
  const [waiting] = await execute<{ count: number }>(WAITING);
  const shares = shareRoom(
    active.map(({ rate, fed_at }) => ({ rate, fedAt: fed_at })),
    now,
    Math.min(limit, room - waiting!.count),
  );
  const claimed: ClaimedLine[] = [];
  for (const [at, { id, expires_at, promotional }] of active.entries()) {
    const { lines, fedAt } = shares[at]!;
    if (lines === 0) continue;
    const ids = plainArray(Array.from({ length: lines }, nextId));
    const rows = await execute<LineRow>(CLAIM, [id, now - leaseMs, lines, now, ids]);
    await execute("update broadcast set fed_at = $2 where id = $1", [id, fedAt]);
    for (const row of rows) {
      const payload = sealed.openLine(lineRow(id, row.line), row.payload);
      claimed.push({
        ...{ broadcastId: id, line: row.line, messageId: row.message_id, expiresAt: expires_at },
        ...{ conversationId: row.conversation_id, recipientId: row.recipient_id },
        isPromotional: promotional,
        text: payload.ok ? payload.value.text : null,
        ref: payload.ok ? payload.value.ref : null,
      });
    }
  }
  return claimed;
};

const settle = async (
  execute: Execute,
  sealed: SealedValues,
  lines: readonly SettledLine[],
  at: number,
): Promise<void> => {
  const broadcasts = [...new Set(lines.map(({ broadcastId }) => broadcastId))].toSorted();
  // First the broadcasts, as those who claim do.
  await execute("select id from broadcast where id = any ($1::uuid[]) order by id for update", [
    plainArray(broadcasts),
  ]);
  await execute(SETTLE, [
    at,
    plainArray(lines.map(({ broadcastId }) => broadcastId)),
    plainArray(lines.map(({ line }) => line)),
    byteaArray(
      lines.map(({ broadcastId, line, ref }) =>
        sealed.sealLine(lineRow(broadcastId, line), { text: null, ref }),
      ),
    ),
    lines.map(({ refusal }) => refusal?.state ?? null),
    lines.map(({ refusal }) => refusal?.code ?? null),
    lines.map(({ refusal }) => refusal?.detail ?? null),
  ]);
  await execute(COMPLETE, [at, plainArray(broadcasts)]);
};

const firstId = ({ createdAt }: Broadcast): string => leastId(createdAt - CLOCK_DIFFERENCE_MAX_MS);

const toBroadcast = (row: BroadcastRow): Broadcast => ({
  ...{ id: row.id, serviceId: row.service_id, state: row.state, rate: row.rate, startsAt: row.starts_at },
  ...{
    expiresAt: row.expires_at,
    isPromotional: row.promotional,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  },
});

const toResult = (sealed: SealedValues, id: string, row: ResultRow): LineResult => {
  const payload = sealed.openLine(lineRow(id, row.line), row.payload);
  const failure = row.code === null ? null : { code: row.code, detail: row.detail ?? "" };
  return {
    ...{ line: row.line, ref: payload.ok ? payload.value.ref : null, state: row.state as FinalState },
    ...{ messageId: row.message_id, failure },
  };
};
