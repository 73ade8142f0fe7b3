import { withConnection } from "#adapters/postgres/connection.ts";
import { executeIn, executeOn } from "#adapters/postgres/execute.ts";
import { enqueue } from "#adapters/postgres/hot/outbound-queue.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import { type Conversations, FAILED_SCANNED_MAX } from "#core/ports/conversations.ts";
import { mustBeNumbers, noteText, openForTexts } from "./conversation-messages.ts";
import type { ConversationsContext } from "./conversations-context.ts";

/** Messages that say once more what others said that failed. */
export const retries = ({
  db,
  connections,
  index,
  sealed,
}: ConversationsContext): Pick<Conversations, "addRetry" | "failed"> => ({
  addRetry: async (of, again) => {
    const { ofNumber } = await index();
    mustBeNumbers([again.destination]);
    const recipient = ofNumber(again.destination);
    return db.transaction().execute(async (trx) => {
      const execute = executeIn(trx);
      const refusal = await openForTexts(execute, again.conversationId, [recipient]);
      // Whoever asks again is answered the same, whatever has become of the conversation since.
      const [before] = await execute<{ retried_as: string }>(RETRIED_AS, [of]);
      if (before) return { retriedAs: before.retried_as };
      if (refusal === "closed") return refusal;
      if (refusal) return { optedOut: again.recipientId };
      const [first] = await execute<FirstRow>(FIRST, [of, recipient, again.source, again.conversationId]);
      if (!first) throw new Error("Only what was to be sent is repeated");
      const priority = PRIORITIES[first.priority]!;
      if (priority !== "system" && first.pair_blocked) return "blocked";
      await execute(REMEMBER, [of, again.id]);
      await enqueue(execute, sealed, [{ ...again, priority }]);
      await noteText(execute, again.conversationId, again.receivedAt);
      return "added";
    });
  },
  failed: ({ serviceId, code, since, until }, { limit, after }) =>
    withConnection(connections, async (connection) => {
      const from = after ?? leastId(since);
      const rows = await executeOn(connection)<FailedRow>(FAILED, [
        ...[from, code, serviceId, limit + 1],
        ...[FAILED_SCANNED_MAX, leastId(until)],
      ]);
      const found = rows.flatMap(({ id }) => id ?? []);
      const items = found.slice(0, limit);
      const cut = (rows[0]?.scanned ?? 0) >= FAILED_SCANNED_MAX ? rows[0]!.last : null;
      return { items, next: found.length > limit ? items.at(-1)! : cut };
    }),
});

const RETRIED_AS =
  "select retried_as from message_retry where message_id = $1::uuid and retried_as is not null";

interface FirstRow {
  readonly priority: number;
  readonly pair_blocked: boolean;
}

/** The lane of what failed, and whether the two it is between may text each other now. */
const FIRST = `select m.priority, coalesce((
    select r.blocked_by = 'pair-block' from route r
    where r.sender_index = $2::uuid and r.virtual_number = $3::bigint and r.conversation_id = $4::uuid), false) as pair_blocked
from message m where m.id = $1::uuid and m.priority is not null`;

const REMEMBER = `insert into message_retry (message_id, retry_of, retried_as)
values ($1::uuid, null, $2::uuid), ($2::uuid, $1::uuid, null)
on conflict (message_id) do update set retried_as = excluded.retried_as`;

interface FailedRow {
  readonly id: string | null;
  readonly scanned: number;
  readonly last: string;
}

/** The oldest failures alone are looked at, by an index that holds nothing but failures. There is a row also when none of them is wanted. */
export const FAILED = `with failed as materialized (
  select message_id, code from message_outcome
  where state in ('failed', 'expired') and message_id > $1::uuid and message_id < $6::uuid order by message_id limit $5),
window_of as (select count(*)::int as scanned, max(message_id::text) as last from failed),
wanted as (
  select f.message_id from failed f cross join lateral (
    select conversation_id from message m where m.id = f.message_id and m.id >= $1::uuid and m.source is not null offset 0) m
  where coalesce(f.code, 'unknown') = $2
    and not exists (select from message_retry r
      where r.message_id = f.message_id and r.message_id >= $1::uuid and r.retried_as is not null)
    and ($3::uuid is null or $3 = (select service_id from conversation c where c.id = m.conversation_id))
  order by f.message_id limit $4)
select w.message_id as id, s.scanned, s.last from window_of s left join wanted w on true order by w.message_id`;
