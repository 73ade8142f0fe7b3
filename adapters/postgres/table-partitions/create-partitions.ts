import type { Connection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { withPartitionLock } from "./partition-lock.ts";
import { PARTITIONED_TABLES, PARTITIONS } from "./partition-tables.ts";
import { PERIOD_MS, startOfPeriod, timeOfId } from "./periods.ts";

/** So many periods after the current one always have tables. */
const AHEAD = 2;

/** Everybody who writes waits while rows move, so that more of them are not moved: see decision 16. */
const MOVED_MAX = 100_000;

/** Makes the tables of the periods to come, and of those whose rows had to go to the default tables. */
export const createPartitions = async (connection: Connection, now: number): Promise<void> => {
  const execute = executeOn(connection);
  if ((await execute(BEYOND_MOVING)).length > 0) return;
  const current = startOfPeriod(now);
  const coming = Array.from({ length: AHEAD + 1 }, (_, n) => current + n * PERIOD_MS);
  for (const start of await missingOf(execute, coming)) await make(connection, start);
  const stray = await earliestStray(execute);
  // What was made by a clock that was wrong stays where it is.
  if (stray === null || stray > coming.at(-1)!) return;
  for (const start of await missingOf(execute, [stray])) await make(connection, start);
};

const BEYOND_MOVING = `select from message_default order by id offset ${MOVED_MAX} limit 1`;

const make = (connection: Connection, start: number): Promise<unknown> =>
  withPartitionLock(connection, () => executeOn(connection)("select create_partitions($1)", [start]));

/** Neither the first period has them, nor tables of their own. */
const missingOf = async (execute: Execute, starts: readonly number[]): Promise<readonly number[]> => {
  const rows = await execute<{ start: number }>(MISSING, [plainArray(starts)]);
  return rows.map(({ start }) => start);
};

const MISSING = `with made as (${PARTITIONS})
select start from unnest($1::bigint[]) as start
where not exists (
  select from made where ends_at = start + ${PERIOD_MS} or suffix = '_first' and ends_at > start)
order by start`;

/** The start of the period of the lowest id in a default table. */
const earliestStray = async (execute: Execute): Promise<number | null> => {
  const rows = await execute<{ id: string }>(STRAYS);
  const starts = rows.map(({ id }) => startOfPeriod(timeOfId(id)));
  return starts.length > 0 ? Math.min(...starts) : null;
};

const STRAYS = PARTITIONED_TABLES.map((table) => {
  const id = table === "message" ? "id" : "message_id";
  return `(select ${id} as id from ${table}_default order by ${id} limit 1)`;
}).join(" union all ");
