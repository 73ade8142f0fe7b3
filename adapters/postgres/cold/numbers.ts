import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/database.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { sliceOf } from "#adapters/postgres/sql/page.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { NewNumber, Numbers, VirtualNumber } from "#core/ports/numbers.ts";
import { releasePlace, reservePlace } from "./budget-places.ts";
import type { NumberPool } from "./number-pool.ts";
import { lockPool } from "./route-writes.ts";

export interface NumbersContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
  readonly pool: NumberPool;
  /** By which quarantines are counted. */
  readonly clock: Clock;
}

interface NumberRow {
  readonly number: number;
  readonly country: string;
  readonly features: readonly string[];
  readonly state: VirtualNumber["state"];
  readonly added_at: number;
  readonly live: number;
  readonly quarantined: number;
}

const LIVE = "(select count(*) from route r where r.virtual_number = n.number and r.closed_at is null)";
const QUARANTINED = `(select count(*) from route r
  where r.virtual_number = n.number and r.closed_at is not null and r.quarantined_until > $1)`;
/** $1: now. */
const NUMBER = `select n.*, ${LIVE} as live, ${QUARANTINED} as quarantined from number n`;

export const postgresNumbers = ({ db, index, pool, clock }: NumbersContext): Numbers => {
  const execute = executeIn(db);
  const get = async (number: Msisdn, run: Execute = execute): Promise<VirtualNumber | null> => {
    const [row] = await run<NumberRow>(`${NUMBER} where n.number = $2`, [clock.now(), number]);
    return row ? toNumber(row) : null;
  };
  /** Alone with our numbers: nobody opens a conversation meanwhile. */
  const change = async <T>(work: (execute: Execute) => Promise<T>): Promise<T> => {
    const result = await db.transaction().execute(async (trx) => {
      const run = executeIn(trx);
      await lockPool(run, "alone");
      const done = await work(run);
      await run("select pg_notify('numbers', '')");
      return done;
    });
    pool.forget();
    return result;
  };
  const add = async (number: NewNumber, place: string | null): Promise<VirtualNumber | "participant"> => {
    const numberIndex = (await index()).ofNumber(number.number);
    return change(async (run) => {
      const participants = await run(
        "select 1 from participant where number_index = $1 and left_at is null limit 1",
        [numberIndex],
      );
      if (participants.length > 0) return "participant";
      await insert(run, number);
      if (place !== null) await run("delete from budget_place where id = $1", [place]);
      return (await get(number.number, run))!;
    });
  };
  return {
    add: (number) => add(number, null),
    get: (number) => get(number),
    list: async (page) => {
      const after = isMsisdn(page.after ?? "") ? page.after : "0";
      const rows = await execute<NumberRow>(`${NUMBER} where n.number > $2 order by n.number limit $3`, [
        clock.now(),
        after,
        page.limit + 1,
      ]);
      return sliceOf(rows, page, toNumber, ({ number }) => String(number));
    },
    drain: (number) =>
      change(async (run) => {
        await run("update number set state = 'draining' where number = $1", [number]);
        return get(number, run);
      }),
    remove: (number, now) => change((run) => remove(run, number, now)),
    ownAmong: async (numbers) => {
      const wanted = [...new Set(numbers.filter((number) => isMsisdn(number)))];
      const known = await pool.known(wanted);
      const others = wanted.filter((number) => !known.has(number));
      if (others.length === 0) return known;
      const found = await execute<{ number: number }>(
        "select number from number where number = any ($1::bigint[])",
        [plainArray(others)],
      );
      return new Set([...known, ...found.map(({ number }) => String(number))]);
    },
    reservePlace: (place) => reservePlace(db, place),
    confirmPlace: (id, number) => add(number, id),
    releasePlace: (id) => releasePlace(db, id),
  };
};

const insert = async (run: Execute, { number, country, features, at }: NewNumber): Promise<void> => {
  await run(
    `insert into number (number, country, features, state, added_at) values ($1, $2, $3, 'active', $4)
     on conflict do nothing`,
    [number, country, features, at],
  );
};

const remove = async (
  run: Execute,
  number: Msisdn,
  now: number,
): Promise<"removed" | "in-use" | "unknown"> => {
  const [row] = await run<NumberRow>(`${NUMBER} where n.number = $2`, [now, number]);
  if (!row) return "unknown";
  if (row.live + row.quarantined > 0) return "in-use";
  await run("delete from number where number = $1", [number]);
  return "removed";
};

const toNumber = (row: NumberRow): VirtualNumber => ({
  number: String(row.number) as Msisdn,
  country: row.country,
  features: row.features,
  at: row.added_at,
  state: row.state,
  liveRoutes: row.live,
  quarantinedRoutes: row.quarantined,
});
