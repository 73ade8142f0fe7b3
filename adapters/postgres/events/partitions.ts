import { type Connection, type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { clockSkew } from "#adapters/postgres/table-partitions/clock-skew.ts";
import { withPartitionLock } from "#adapters/postgres/table-partitions/partition-lock.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";

const DAY_MS = 86_400_000;
/** So many days after the current one always have tables. */
const AHEAD = 2;

/** The days that have tables, and the instant at which each ends. */
export const EVENT_PARTITIONS = `select c.relname as name,
  substring(pg_get_expr(c.relpartbound, c.oid) from $$TO \\('([0-9]+)'\\)$$)::bigint as ends_at
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'event_batch'::regclass and pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'`;

const MISSING = `select day from generate_series($1::bigint, $2::bigint, ${DAY_MS}) as day
where not exists (select from (${EVENT_PARTITIONS}) t where t.ends_at = day + ${DAY_MS}) order by day`;

const createPartitions = async (connection: Connection, now: number): Promise<void> => {
  const execute = executeOn(connection);
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  for (const { day } of await execute<{ day: number }>(MISSING, [today, today + AHEAD * DAY_MS]))
    await withPartitionLock(connection, () => execute("select create_event_partition($1)", [day]));
};

const OLD = `select name from (${EVENT_PARTITIONS}) t where ends_at <= $1 order by ends_at`;

/** Up to the last row of a table nothing is read any more, also the few of a transaction that went on into a later day. */
const raiseFloor = (
  table: string,
): string => `update event_floor f set era = b.era, xid = b.xid, position = b.position, ordinal = b.ordinal
from (select era, xid, position, coalesce(cardinality(sent), 0) + coalesce(cardinality(ended), 0)
    + 2 * coalesce(cardinality(received), 0) + coalesce(jsonb_array_length(told), 0) - 1 as ordinal from "${table}" order by era desc, xid desc, position desc limit 1) b
where (b.era, b.xid, b.position) > (f.era, f.xid, f.position)`;

const dropPartitions = async (connection: Connection, endedBy: number): Promise<void> => {
  for (const { name } of await executeOn(connection)<{ name: string }>(OLD, [endedBy]))
    await withPartitionLock(connection, async () => {
      await connection.query(raiseFloor(name));
      await connection.query(`drop table if exists "${name}"`);
    });
};

export const rotateEvents =
  (connections: ConnectionPool, clock: Clock): Events["rotate"] =>
  (now, writtenBefore) =>
    withConnection(connections, async (connection) => {
      await createPartitions(connection, now);
      // What is dropped is gone: one clock that is wrong must not be enough.
      await dropPartitions(connection, writtenBefore - (await clockSkew(executeOn(connection), clock)));
    });
