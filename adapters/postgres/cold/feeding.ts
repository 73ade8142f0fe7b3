import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { lineRow, type SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import { shareRoom } from "#core/domain/broadcast.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { Broadcasts, ClaimedLine, LineClaim, SettledLine } from "#core/ports/broadcasts.ts";
import type { BroadcastRow } from "./broadcast-rows.ts";

interface LineRow {
  readonly line: number;
  readonly conversation_id: string;
  readonly recipient_id: string;
  readonly payload: Buffer;
  readonly message_id: string;
}

/** Broadcasts that are fed in one pass. */
const FED_MAX = 50;

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

/** How the lines of active broadcasts get into the queue. */
export const feedingOf = (
  db: Kysely<Schema>,
  steady: Execute,
  sealed: SealedValues,
): Pick<Broadcasts, "claimLines" | "settle" | "release" | "hold"> => {
  const execute = executeIn(db);
  return {
    claimLines: async (claim) => {
      const [asked] = await steady<{ is_any_active: boolean }>(IS_ANY_ACTIVE, [claim.now]);
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
