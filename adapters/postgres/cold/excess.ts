import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";

/** Drops in small statements, so that no lock is held for long. */
const AT_ONCE = 10_000;
/** The rest is left to the next call. */
const TIMES_MAX = 100;

export const dropExcess =
  (connections: ConnectionPool): Reconciliation["dropExcess"] =>
  (kept) =>
    withConnection(connections, async (connection) => {
      const execute = executeOn(connection);
      return {
        receipts: await dropOldest(execute, PARKED, DROP_PARKED, kept.receipts),
        strangers: await dropOldest(execute, STRANGERS, DROP_STRANGERS, kept.strangers),
      };
    });

const dropOldest = async (execute: Execute, count: string, drop: string, kept: number): Promise<number> => {
  const excess = (await countBy(execute, count, [])) - kept;
  let dropped = 0;
  for (let times = 0; dropped < excess && times < TIMES_MAX; times += 1) {
    const now = await countBy(execute, drop, [kept, AT_ONCE]);
    dropped += now;
    // Another process drops the same.
    if (now === 0) break;
  }
  return dropped;
};

const countBy = async (execute: Execute, statement: string, values: readonly number[]): Promise<number> =>
  (await execute<{ count: number }>(statement, values))[0]?.count ?? 0;

const PARKED = "select count(*)::int as count from parked_receipt where rank = 1";
const STRANGERS = "select count(*)::int as count from message where stranger_index is not null";

const DROP_PARKED = `with oldest as materialized (
  select receipt from parked_receipt where rank = 1 order by at desc, receipt desc offset $1 limit $2),
dropped as (delete from parked_receipt p using oldest o where p.receipt = o.receipt returning p.rank)
select count(*)::int as count from dropped where rank = 1`;

const DROP_STRANGERS = `with oldest as materialized (
  select id from message where stranger_index is not null order by received_at desc, id desc offset $1 limit $2),
dropped as (delete from message m using oldest o where m.id = o.id returning 1)
select count(*)::int as count from dropped`;
