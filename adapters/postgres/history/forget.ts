import { LANES } from "#core/domain/message.ts";
import { type Connection, type Execute, executeOn } from "../database.ts";
import { RELAYED } from "../disposition.ts";
import { aloneWithPeriods } from "./alone.ts";
import { KEPT_BY_PERIOD, PERIOD_TABLES } from "./period-tables.ts";
import { leastId } from "./periods.ts";

/** Conversations of which it is noted at once when somebody last texted. */
const CONVERSATIONS = 1_000;
const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

interface PeriodTables {
  readonly suffix: string;
  readonly ends_at: number;
}

/** Drops the tables of periods that ended by an instant, the oldest first, up to the first one of which something is still under way. */
export const forgetPeriods = async (connection: Connection, endedBy: number): Promise<void> => {
  const execute = executeOn(connection);
  const old = await execute<PeriodTables>(
    `select suffix, ends_at from (${PERIOD_TABLES}) t where ends_at <= $1 order by ends_at`,
    [endedBy],
  );
  for (const period of old) {
    if (await isUnderWay(execute, period)) return;
    await noteLastTexts(connection, period);
    if (!(await drop(connection, period))) return;
  }
};

/** What a dead process had in hand counts too, until it has been buried and all of that is in the queue. */
const UNDER_WAY = `select exists (select from queue where message_id < $1)
  or exists (select from dispatcher where not dead and recover_from < $1) as under_way`;

const isUnderWay = async (execute: Execute, { ends_at }: PeriodTables): Promise<boolean> =>
  (await execute<{ under_way: boolean }>(UNDER_WAY, [leastId(ends_at)]))[0]!.under_way;

/** By which conversations are idle, be their texts forgotten. */
const noteLastTexts = async (connection: Connection, { suffix }: PeriodTables): Promise<void> => {
  const statement = noteLastTextsIn(`message${suffix}`);
  for (let after: string | null = LOWEST_ID; after !== null; ) {
    const { rows }: { rows: { last: string | null }[] } = await aloneWithPeriods(connection, () =>
      connection.query(statement, [after, CONVERSATIONS]),
    );
    after = rows[0]!.last;
  }
};

const noteLastTextsIn = (table: string): string => `with seen as materialized (
  select distinct conversation_id as id from "${table}" where conversation_id > $1 order by 1 limit $2),
last as materialized (
  select s.id, (
    select m.received_at from "${table}" m
    where m.conversation_id = s.id and m.disposition = ${RELAYED} and m.lane = ${LANES.indexOf("relay")}
    order by m.received_at desc limit 1) as at
  from seen s),
noted as (
  update conversation c set texted_at = l.at from last l
  where c.id = l.id and l.at > coalesce(c.texted_at, 0))
select (select id from seen order by id desc limit 1) as last`;

const drop = (connection: Connection, period: PeriodTables): Promise<boolean> =>
  aloneWithPeriods(connection, async () => {
    // Nothing of it can come under way again: what is neither queued nor in a living hand is done with.
    if (await isUnderWay(executeOn(connection), period)) return false;
    const tables = KEPT_BY_PERIOD.map((table) => `"${table}${period.suffix}"`);
    await connection.query(`drop table if exists ${tables.join(", ")}`);
    return true;
  });
