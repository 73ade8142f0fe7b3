import type { Connection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { RELAYED } from "#adapters/postgres/hot/decision-code.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import { withPartitionLock } from "./partition-lock.ts";
import { PARTITIONED_TABLES, PARTITIONS } from "./partition-tables.ts";
import { leastId } from "./periods.ts";

/** Conversations of which one statement notes when somebody last texted, and statements of one call: the next one goes on. */
const CONVERSATIONS = 1_000;
const STATEMENTS_MAX = 50;
const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

interface PeriodTables {
  readonly suffix: string;
  readonly ends_at: number;
}

/** Up to which conversation the last texts of a period have been noted; null: of all. */
interface Noted {
  readonly suffix: string;
  readonly upTo: string | null;
}

/** Drops the tables of periods that ended by an instant, the oldest first, up to the first one of which something is still under way. */
export const partitionDropper = (): ((connection: Connection, endedBy: number) => Promise<void>) => {
  let noted: Noted | null = null;
  return async (connection, endedBy) => {
    const execute = executeOn(connection);
    const old = await execute<PeriodTables>(
      `select suffix, ends_at from (${PARTITIONS}) t where ends_at <= $1 order by ends_at`,
      [endedBy],
    );
    let statements = 0;
    for (const period of old) {
      if (await isUnderWay(execute, period)) return;
      const { suffix } = period;
      if (noted?.suffix !== suffix) noted = { suffix, upTo: LOWEST_ID };
      for (; noted.upTo !== null; statements += 1) {
        if (statements === STATEMENTS_MAX) return;
        noted = { suffix, upTo: await noteLastTexts(connection, suffix, noted.upTo) };
      }
      if (!(await drop(connection, period))) return;
      noted = null;
    }
  };
};

/** What an expired process owned counts too, until all of that is in the queue. */
const UNDER_WAY = `select exists (select from queue where message_id < $1)
  or exists (select from dispatcher where not expired and recover_from < $1) as under_way`;

/** What is on hold keeps its week. */
const heldIn = (suffix: string): string => `select exists (select from "message${suffix}"
  where conversation_id in (select held_conversations((extract(epoch from clock_timestamp()) * 1000)::bigint))) as held`;

const isUnderWay = async (execute: Execute, { suffix, ends_at }: PeriodTables): Promise<boolean> => {
  const [waiting] = await execute<{ under_way: boolean }>(UNDER_WAY, [leastId(ends_at)]);
  if (waiting!.under_way) return true;
  const [kept] = await execute<{ held: boolean }>(heldIn(suffix));
  return kept!.held;
};

/** Keeps `texted_at`, by which conversations are idle when their texts are gone. Answers how far it came; null: to the end. */
const noteLastTexts = async (
  connection: Connection,
  suffix: string,
  after: string,
): Promise<string | null> => {
  const { rows } = await withPartitionLock(connection, () =>
    connection.query<{ last: string | null }>(noteLastTextsIn(`message${suffix}`), [after, CONVERSATIONS]),
  );
  return rows[0]!.last;
};

/** It goes from conversation to conversation, as they may have any number of texts. */
export const noteLastTextsIn = (table: string): string => `with recursive conversations as (
  select (select conversation_id from "${table}" where conversation_id > $1::uuid order by 1 limit 1) as id
  union all
  select (select m.conversation_id from "${table}" m where m.conversation_id > c.id order by 1 limit 1)
  from conversations c where c.id is not null),
seen as materialized (select id from conversations where id is not null limit $2),
last as materialized (
  select s.id, (
    select m.received_at from "${table}" m
    where m.conversation_id = s.id and m.decision_code = ${RELAYED} and m.priority = ${PRIORITIES.indexOf("relay")}
    order by m.received_at desc limit 1) as at
  from seen s),
noted as (
  update conversation c set texted_at = l.at from last l
  where c.id = l.id and l.at > coalesce(c.texted_at, 0))
select (select id from seen order by id desc limit 1) as last`;

const drop = (connection: Connection, period: PeriodTables): Promise<boolean> =>
  withPartitionLock(connection, async () => {
    // Nothing of it can come under way again: what is neither queued nor owned by a live dispatcher is finished.
    if (await isUnderWay(executeOn(connection), period)) return false;
    const tables = PARTITIONED_TABLES.map((table) => `"${table}${period.suffix}"`);
    await connection.query(`drop table if exists ${tables.join(", ")}`);
    return true;
  });
