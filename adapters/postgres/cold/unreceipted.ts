import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import { leastId, lowestOf, PERIOD_MS, timeOfId } from "#adapters/postgres/table-partitions/periods.ts";
import { MEMORY_MS } from "#core/domain/retention.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";

/** Messages looked at by one statement, and statements by one call: what they do not reach is left to the next call. */
const LOOKED_AT = 20_000;
const STATEMENTS_MAX = 50;

/** An id may be made shortly before or after the instant that counts as that of reception. */
const APART_MS = 10_000;
/** A request that is repeated makes its messages by ids of its first try: they are received, and written, so much later. */
const REPEATED_MS = MEMORY_MS + 3_600_000;
/** How long before the last message of all that are looked at a process begins: what is older was ended while that one was written. */
const BACK_MS = 2 * PERIOD_MS;

/** Accepted messages without an outcome among those from an id on, and the last id that was looked at. */
export const UNRECEIPTED = `with looked_at as materialized (
  select id, received_at, decision_code from message where id > $1 and id < $2 order by id limit $4),
open as (
  select l.id from looked_at l
  where l.received_at < $3 and l.decision_code = 0
    and (select v.at from message_outcome v where v.message_id = l.id and v.message_id > $1 and v.message_id < $2) is null
    and exists (select from accepted a
      where a.message_id = l.id and a.message_id > $1 and a.message_id < $2 and ${isLastPart("a")}))
select (select array_agg(id order by id) from open) as open,
  (select id from looked_at order by id desc limit 1) as last`;

interface Looked {
  readonly open: readonly string[] | null;
  readonly last: string | null;
}

/**
 * Each message is looked at twice by each process, when its receipt is overdue and when it would be if its request had been repeated,
 * and not again at each sweep: so history may be as long as it likes. Those that are found are looked at again, as their end may not be
 * recorded.
 */
export const unreceiptedMessages = (connections: ConnectionPool): Reconciliation["unreceipted"] => {
  const looks = [lookOnce(0), lookOnce(REPEATED_MS)];
  return (receivedBefore, limit) =>
    withConnection(connections, async (connection) => {
      const found = new Set<string>();
      for (const look of looks) {
        for (const id of await look(executeOn(connection), receivedBefore, limit)) found.add(id);
      }
      return [...found].slice(0, limit);
    });
};

/** Goes through the messages once, in the order of their ids, so much later than these say. */
const lookOnce = (laterMs: number) => {
  let done: string | null = null;
  return async (execute: Execute, receivedBefore: number, limit: number): Promise<readonly string[]> => {
    const found: string[] = [];
    const beyond = leastId(receivedBefore - laterMs);
    const settled = leastId(receivedBefore - laterMs - APART_MS);
    done ??= await startBelow(execute, beyond);
    let after = done;
    for (let n = 0; n < STATEMENTS_MAX && found.length < limit; n += 1) {
      const [looked] = await execute<Looked>(UNRECEIPTED, [after, beyond, receivedBefore, LOOKED_AT]);
      found.push(...(looked!.open ?? []));
      if (looked!.last === null) break;
      after = looked!.last;
      if (found.length === 0) done = lowestOf([after, settled]);
    }
    return found;
  };
};

const LAST = "select id from message where id < $1 order by id desc limit 1";

/** All processes may have been down for any time: it counts from when the last one of them wrote. */
const startBelow = async (execute: Execute, beyond: string): Promise<string> => {
  const [last] = await execute<{ id: string }>(LAST, [beyond]);
  return leastId(last ? timeOfId(last.id) - BACK_MS : 0);
};
