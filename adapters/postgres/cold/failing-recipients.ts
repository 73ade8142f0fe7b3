import type { Execute } from "#adapters/postgres/execute.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import { REASSIGN_AFTER_MS } from "#core/domain/reassigning.ts";
import { type Ended, FAILURES_IN_A_ROW } from "#core/domain/unreachable.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import { CLOCK_DIFFERENCE_MAX_MS } from "./conversation-rows.ts";

interface FailingRow {
  readonly conversation_id: string;
  readonly recipient_id: string;
  readonly service_id: string;
  readonly is_there: boolean;
  readonly last: readonly Ended[];
  readonly heard_at: number | null;
}

/** Below every id. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
/** A receipt comes within days of its text. */
const RECEIPTED_WITHIN_MS = 4 * 86_400_000;

/**
 * $1: since when, $2: codes, $3: no text that failed since has a lower id, $4: nor one that counts, $5: after whom, $6: how many. Failures have
 * an index of their own. One row for each who is looked at, also for those who are not there any more.
 */
const FAILING = `with failed as materialized (
  select message_id from message_outcome
  where state = 'failed' and message_id >= $3::uuid and at > $1 and code = any ($2::text[])),
recipients as materialized (
  select distinct on (m.recipient_id) m.conversation_id, m.recipient_id from failed f cross join lateral (
    select conversation_id, recipient_id from message m where m.id = f.message_id and m.id >= $3::uuid offset 0) m
  where m.conversation_id is not null and m.recipient_id > $5::uuid order by m.recipient_id limit $6)
select r.conversation_id, r.recipient_id, c.service_id, p.id is not null as is_there,
  (select coalesce(jsonb_agg(jsonb_build_object('state', e.state, 'code', e.code, 'at', e.at) order by e.received_at desc), '[]') from (
    select o.state, o.code, o.at, m.received_at from message m join message_outcome o on o.message_id = m.id and o.message_id >= $4::uuid
    where m.conversation_id = r.conversation_id and m.recipient_id = r.recipient_id and m.id >= $4::uuid and m.priority is not null
    order by m.received_at desc limit ${FAILURES_IN_A_ROW}) e) as last,
  (select m.received_at::float8 from message m
    where m.conversation_id = r.conversation_id and m.sender_id = r.recipient_id and m.id >= $4::uuid
    order by m.received_at desc limit 1) as heard_at
from recipients r left join conversation c on c.id = r.conversation_id and c.closed_at is null
left join participant p on p.id = r.recipient_id and p.left_at is null and c.id is not null
order by r.recipient_id`;

/** $1: the conversation, $2: since when, $3: no text since has a lower id. */
const SILENT = `select p.id from participant p where p.conversation_id = $1 and p.left_at is null and not exists (
  select from message m where m.conversation_id = $1 and m.sender_id = p.id and m.received_at > $2 and m.id >= $3::uuid) order by p.side`;

export const silentParticipants =
  (execute: Execute): Conversations["silent"] =>
  async (conversationId, since) => {
    const ids = leastId(since - CLOCK_DIFFERENCE_MAX_MS);
    return (await execute<{ id: string }>(SILENT, [conversationId, since, ids])).map(({ id }) => id);
  };

export const failingRecipients =
  (execute: Execute): Conversations["failing"] =>
  async ({ codes, since, after, limit }) => {
    const [failed, counted] = [RECEIPTED_WITHIN_MS, REASSIGN_AFTER_MS].map((ms) => leastId(since - ms));
    const rows = await execute<FailingRow>(FAILING, [
      ...[since, [...codes], failed, counted],
      ...[after ?? NOBODY, limit],
    ]);
    const items = rows
      .filter(({ is_there }) => is_there)
      .map((row) => ({
        ...{
          conversationId: row.conversation_id,
          participantId: row.recipient_id,
          serviceId: row.service_id,
        },
        ...{ last: row.last, heardAt: row.heard_at },
      }));
    return { items, next: rows.length < limit ? null : rows.at(-1)!.recipient_id };
  };
