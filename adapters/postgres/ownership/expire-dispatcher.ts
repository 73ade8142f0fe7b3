import type { Execute } from "#adapters/postgres/execute.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import type { Membership } from "#core/ports/dispatch.ts";

/**
 * Expires dispatchers and puts what they owned back into the queue. The row of the dispatcher is locked `for update` before anything is
 * looked for, and a writer locks its own row `for key share`: so whatever it wrote is seen here, or its write is fenced. Answers what
 * became free.
 */
export const expireDispatchers = async (
  execute: Execute,
  dispatchers: readonly string[],
): Promise<Membership["recovered"]> => {
  const recovered = { dispatchers: 0, messages: 0 };
  for (const dispatcher of dispatchers) {
    const [expired] = await execute<{ recover_from: string }>(
      "select recover_from from dispatcher where id = $1 and not expired for update",
      [dispatcher],
    );
    if (!expired) continue;
    await execute("update dispatcher set expired = true where id = $1", [dispatcher]);
    await execute(FREE, [dispatcher]);
    recovered.dispatchers += 1;
    recovered.messages += await countOf(execute, UNCLAIM, [dispatcher]);
    recovered.messages += await countOf(execute, RECOVER, [dispatcher, expired.recover_from]);
  }
  if (dispatchers.length > 0) await execute("select pg_notify('work', '')");
  return recovered;
};

const countOf = async (execute: Execute, change: string, values: readonly unknown[]): Promise<number> => {
  const [row] = await execute<{ count: number }>(
    `with changed as (${change} returning 1) select count(*)::int as count from changed`,
    values,
  );
  return row!.count;
};

const UNCLAIM = "update queue set claimed_by = null where claimed_by = $1";

const FREE = `update partition_lease
set owner = null, freed_at = d.beat_at + d.silent_after_ms * interval '1 millisecond'
from dispatcher d where d.id = $1 and owner = $1`;

/**
 * Silent for longer than their lease, by the clock of the database. They are locked, as a heartbeat does not wait for its turn: whoever speaks
 * in this moment is either not silent, or finds itself expired.
 */
export const silentDispatchers = async (execute: Execute): Promise<readonly string[]> => {
  const rows = await execute<{ id: string }>(
    "select id from dispatcher where not expired and beat_at + lease_ms * interval '1 millisecond' <= clock_timestamp() order by id for update",
  );
  return rows.map(({ id }) => id);
};

/** What it owned from the start and has neither finished nor requeued. */
export const RECOVER = `insert into queue (message_id, recipient_id, received_at, due_at, expires_at, partition, priority)
select m.id, m.recipient_id, m.received_at, m.received_at, m.expires_at, get_byte(uuid_send(m.recipient_id), 15) % 64, m.priority
from message m
where m.dispatcher = $1 and m.id >= $2
  and not exists (select from message_outcome v where v.message_id = m.id and v.message_id >= $2)
  and not exists (select from accepted a where a.message_id = m.id and a.message_id >= $2 and ${isLastPart("a")})
order by m.id
on conflict (message_id) do nothing`;
