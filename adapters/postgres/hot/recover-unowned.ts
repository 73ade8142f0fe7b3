import type { Execute } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import type { Recovery } from "#core/ports/dispatch.ts";

const ALIVE = "exists (select from dispatcher where id = $1 and not expired)";

/** Claimed by the dispatcher, and not among those that its process owns. */
export const UNCLAIM = `with freed as (
  update queue set claimed_by = null
  where claimed_by = $1 and message_id <> all ($2::uuid[]) and ${ALIVE} returning 1)
select pg_notify('work', '') from freed limit 1`;

/** Inserted as owned by the dispatcher, neither finished nor queued, and not among those that its process owns. */
export const REQUEUE_INSERTED = `with requeued as (
  insert into queue (message_id, recipient_id, received_at, due_at, expires_at, partition, priority)
  select m.id, m.recipient_id, m.received_at, m.received_at, m.expires_at, get_byte(uuid_send(m.recipient_id), 15) % 64,
    m.priority
  from message m
  where m.dispatcher = $1 and m.id >= $2 and m.id < $3 and m.id <> all ($4::uuid[]) and ${ALIVE}
    and not exists (select from message_outcome v where v.message_id = m.id and v.message_id >= $2)
    and not exists (
      select from accepted a where a.message_id = m.id and a.message_id >= $2 and ${isLastPart("a")})
  order by m.id
  on conflict (message_id) do nothing
  returning 1)
select pg_notify('work', '') from requeued limit 1`;

/** Puts back into the queue what the dispatcher has and its process does not know of. */
export const recoverUnowned = async (
  execute: Execute,
  dispatcher: string,
  { claimedIds, inserted }: Recovery,
): Promise<void> => {
  await execute(UNCLAIM, [dispatcher, plainArray(claimedIds)]);
  if (!inserted) return;
  const { from, before, ownedIds } = inserted;
  await execute(REQUEUE_INSERTED, [dispatcher, from, before, plainArray(ownedIds)]);
};
