import type { Kysely } from "kysely";
import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeIn, executeOn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { type PeriodSum, SUMS_KEPT_MS, type Sums } from "#core/ports/sums.ts";
import { createSummedKeys } from "./summed-keys.ts";

/** In one order, so that two that add to the same sums do not deadlock. */
const ADD = `insert into period_sum as s (key_index, begins_at, count)
select * from unnest($1::uuid[], $2::bigint[], $3::integer[]) as i (key_index, begins_at, count) order by 1, 2
on conflict (key_index, begins_at) do update set count = s.count + excluded.count`;

const ADD_WITHIN = `insert into period_sum as s (key_index, begins_at, count)
select $1::uuid, $2::bigint, $3::integer where $3 <= $4
on conflict (key_index, begins_at) do update set count = s.count + excluded.count where s.count + excluded.count <= $4
returning count`;

const SINCE = `select key_index, begins_at, count from period_sum
where key_index = any ($1::uuid[]) and begins_at >= $2 order by begins_at`;

/** Some at a time, by the process that adds, and with no lock for long. */
const FORGET = `delete from period_sum where (key_index, begins_at) in (
  select key_index, begins_at from period_sum where begins_at < $1 limit $2 for update skip locked) returning 1`;
const FORGET_EVERY_MS = 60_000;
/** More than processes add in a minute. */
const FORGOTTEN_AT_ONCE = 5_000;

interface SumRow {
  readonly key_index: string;
  readonly begins_at: number;
  readonly count: number;
}

export const postgresSums = ({
  db,
  connections,
  index,
}: {
  readonly db: Kysely<Schema>;
  /** For what texts wait for. */
  readonly connections: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
}): Sums => {
  let forgotAt = 0;
  const forget = async (now: number): Promise<void> => {
    if (now - forgotAt < FORGET_EVERY_MS) return;
    forgotAt = now;
    await executeIn(db)(FORGET, [now - SUMS_KEPT_MS, FORGOTTEN_AT_ONCE]);
  };
  const summed = createSummedKeys(executeIn(db), () => performance.now());
  const ask = async (
    indexes: readonly string[],
    since: number,
  ): Promise<readonly (readonly PeriodSum[])[]> => {
    const rows = await withConnection(connections, (connection) =>
      executeOn(connection)<SumRow>(SINCE, [plainArray(indexes), since]),
    );
    const byKey = Map.groupBy(rows, ({ key_index }) => hexOf(key_index));
    return indexes.map((wanted) =>
      (byKey.get(wanted) ?? []).map(({ begins_at, count }) => ({ from: Number(begins_at), count })),
    );
  };
  return {
    add: async (additions) => {
      if (additions.length === 0) return;
      const blind = await index();
      await executeIn(db)(ADD, [
        plainArray(additions.map(({ key }) => blind.of("sum", key))),
        plainArray(additions.map(({ from }) => from)),
        plainArray(additions.map(({ count }) => count)),
      ]);
      await forget(additions[0]!.from);
    },
    addWithin: async ({ key, from, count }, max) => {
      const blind = await index();
      const rows = await executeIn(db)(ADD_WITHIN, [blind.of("sum", key), from, count, max]);
      await forget(from);
      return rows.length > 0;
    },
    since: async (keys, since) => {
      if (keys.length === 0) return [];
      const blind = await index();
      return ask(
        keys.map((key) => blind.of("sum", key)),
        since,
      );
    },
    lately: async (keys, since, now) => {
      if (keys.length === 0) return [];
      await summed.renew(now);
      // Mostly so: then nothing has to be hashed either.
      if (summed.isEmpty()) return keys.map(() => NO_SUMS);
      const blind = await index();
      const indexes = keys.map((key) => blind.of("sum", key));
      const some = summed.among(indexes);
      if (some.length === 0) return keys.map(() => NO_SUMS);
      const found = await ask(some, since);
      const byIndex = new Map(some.map((each, i) => [each, found[i]!]));
      return indexes.map((each) => byIndex.get(each) ?? NO_SUMS);
    },
  };
};

const NO_SUMS: readonly PeriodSum[] = [];
