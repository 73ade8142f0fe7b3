import type { Execute } from "#adapters/postgres/database.ts";

/**
 * Declares dispatchers dead and puts what they had in hand back into the queue. The row of the dead is locked `for update` before
 * anything is looked for, and whoever writes locks it `for key share`: so whatever it wrote is seen here, or it is too late to write.
 */
export const bury = async (execute: Execute, dispatchers: readonly string[]): Promise<void> => {
  for (const dispatcher of dispatchers) {
    const [dead] = await execute<{ recover_from: string }>(
      "select recover_from from dispatcher where id = $1 and not dead for update",
      [dispatcher],
    );
    if (!dead) continue;
    await execute("update dispatcher set dead = true where id = $1", [dispatcher]);
    await execute("update partition_lease set owner = null where owner = $1", [dispatcher]);
    await execute("update queue set claimed_by = null where claimed_by = $1", [dispatcher]);
    await execute(RECOVER, [dispatcher, dead.recover_from]);
  }
  if (dispatchers.length > 0) await execute("select pg_notify('work', '')");
};

/** Silent for longer than their lease, by the clock of the database. */
export const silentDispatchers = async (execute: Execute): Promise<readonly string[]> => {
  const rows = await execute<{ id: string }>(
    "select id from dispatcher where not dead and beat_at + lease_ms * interval '1 millisecond' <= clock_timestamp()",
  );
  return rows.map(({ id }) => id);
};

/** What it was born with and neither ended nor gave away. */
export const RECOVER = `insert into queue (message_id, thread, received_at, due_at, expires_at, partition, lane)
select m.id, m.recipient_id, m.received_at, m.received_at, m.expires_at, get_byte(uuid_send(m.recipient_id), 15) % 64, m.lane
from message m
where m.dispatcher = $1 and m.id >= $2
  and not exists (select from verdict v where v.message_id = m.id and v.message_id >= $2)
  and not exists (select from accepted a where a.message_id = m.id and a.message_id >= $2 and a.part = a.parts - 1)
order by m.id
on conflict (message_id) do nothing`;
