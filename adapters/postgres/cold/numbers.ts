import type { Kysely } from "kysely";
import { tell } from "#adapters/postgres/events/tell.ts";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { sliceOf } from "#adapters/postgres/sql/page.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import { drainedEvent, releasedEvent, rentedEvent } from "#core/domain/number-events.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { NewNumber, Numbers, PoolCount, VirtualNumber } from "#core/ports/numbers.ts";
import { releasePlace, reservePlace } from "./budget-places.ts";
import { failedNumbers } from "./failed-numbers.ts";
import type { NumberPool } from "./number-pool.ts";
import { numberUse } from "./number-use.ts";
import { poolsAt } from "./pools.ts";
import { lockPool } from "./route-writes.ts";

interface NumbersContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
  readonly pool: NumberPool;
  readonly counting: Execute;
  /** By which quarantines are counted. */
  readonly clock: Clock;
}

interface NumberRow {
  readonly number: number;
  readonly service_id: string;
  readonly country: string;
  readonly features: readonly string[];
  readonly state: VirtualNumber["state"];
  readonly added_at: number;
  readonly live: number;
  readonly quarantined: number;
}

interface KeptRow {
  readonly counted_at: number;
  readonly took_ms: number;
  readonly pools: readonly PoolCount[];
}

const KEEP_POOLS = `insert into pool_count (counted_at, took_ms, pools) values ($1::bigint, $2::bigint, $3::jsonb)
on conflict (id) do update set counted_at = excluded.counted_at, took_ms = excluded.took_ms, pools = excluded.pools
  where pool_count.counted_at < excluded.counted_at`;

const LIVE = "(select count(*) from route r where r.virtual_number = n.number and r.closed_at is null)";
const QUARANTINED = `(select count(*) from route r
  where r.virtual_number = n.number and r.closed_at is not null and r.quarantined_until > $1)`;
/** $1: now. */
const NUMBER = `select n.*, ${LIVE} as live, ${QUARANTINED} as quarantined from number n`;

export const postgresNumbers = ({ db, index, pool, counting, clock }: NumbersContext): Numbers => {
  const execute = executeIn(db);
  const get = async (number: Msisdn, from: Kysely<Schema> = db): Promise<VirtualNumber | null> => {
    const [row] = await executeIn(from)<NumberRow>(`${NUMBER} where n.number = $2`, [clock.now(), number]);
    return row ? toNumber(row) : null;
  };
  /** Exclusive: nobody opens a conversation meanwhile. */
  const change = async <T>(work: (trx: Kysely<Schema>) => Promise<T>): Promise<T> => {
    const result = await db.transaction().execute(async (trx) => {
      const execute = executeIn(trx);
      await lockPool(execute, "exclusive");
      const done = await work(trx);
      await execute("select pg_notify('numbers', '')");
      return done;
    });
    pool.forget();
    return result;
  };
  const add = async (number: NewNumber, place: string | null): Promise<VirtualNumber | "participant"> => {
    const numberIndex = (await index()).ofNumber(number.number);
    return change(async (trx) => {
      const participant = await trx
        .selectFrom("participant")
        .select("id")
        .where("number_index", "=", numberIndex)
        .where("left_at", "is", null)
        .limit(1)
        .executeTakeFirst();
      if (participant) return "participant";
      const isNew = await insert(trx, number, numberIndex);
      if (isNew) await tell(executeIn(trx), [rentedEvent(number, number.at)]);
      if (place !== null) await trx.deleteFrom("budget_place").where("id", "=", place).execute();
      return (await get(number.number, trx))!;
    });
  };
  return {
    add: (number) => add(number, null),
    get: (number) => get(number),
    list: async (serviceId, page) => {
      const after = isMsisdn(page.after ?? "") ? page.after : "0";
      const rows = await execute<NumberRow>(
        `${NUMBER} where n.number > $2 and ($4::uuid is null or n.service_id = $4) order by n.number limit $3`,
        [clock.now(), after, page.limit + 1, serviceId],
      );
      return sliceOf(rows, page, toNumber, ({ number }) => String(number));
    },
    pools: (now) => poolsAt(counting, now),
    keepPools: ({ at, tookMs, pools }) =>
      execute(KEEP_POOLS, [at, tookMs, JSON.stringify(pools)]).then(() => undefined),
    keptPools: async () => {
      const [row] = await execute<KeptRow>("select counted_at, took_ms, pools from pool_count");
      return row ? { at: row.counted_at, tookMs: row.took_ms, pools: row.pools } : null;
    },
    drain: (number) =>
      change(async (trx) => {
        const drained = await trx
          .updateTable("number")
          .set({ state: "draining" })
          .where("number", "=", number)
          .where("state", "!=", "draining")
          .returning(["country", "service_id as serviceId"])
          .executeTakeFirst();
        if (drained) await tell(executeIn(trx), [drainedEvent({ number, ...drained }, clock.now())]);
        return get(number, trx);
      }),
    remove: (number, now) => change((trx) => remove(trx, number, now)),
    usedAt: numberUse(execute),
    ownAmong: async (numbers) => {
      const wanted = [...new Set(numbers.filter((number) => isMsisdn(number)))];
      const known = await pool.known(wanted);
      const others = wanted.filter((number) => !known.has(number));
      if (others.length === 0) return known;
      const { ofNumber } = await index();
      const byIndex = new Map(others.map((number) => [ofNumber(number), number]));
      const found = await db
        .selectFrom("number")
        .select(["number_index", "service_id"])
        .where("number_index", "in", [...byIndex.keys()])
        .execute();
      return new Map([
        ...known,
        ...found.map((row) => [byIndex.get(hexOf(row.number_index))!, row.service_id] as const),
      ]);
    },
    reservePlace: (place) => reservePlace(db, place),
    confirmPlace: (id, number) => add(number, id),
    failures: failedNumbers(execute),
    releasePlace: (id) => releasePlace(db, id),
  };
};

const insert = async (
  trx: Kysely<Schema>,
  { number, serviceId, country, features, at, state = "active" }: NewNumber,
  numberIndex: string,
): Promise<boolean> => {
  const inserted = await trx
    .insertInto("number")
    .values({
      number,
      number_index: numberIndex,
      service_id: serviceId,
      country,
      features: [...features],
      state,
      added_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("number")
    .executeTakeFirst();
  return inserted !== undefined;
};

const remove = async (
  trx: Kysely<Schema>,
  number: Msisdn,
  now: number,
): Promise<"removed" | "in-use" | "unknown"> => {
  const [row] = await executeIn(trx)<NumberRow>(`${NUMBER} where n.number = $2`, [now, number]);
  if (!row) return "unknown";
  if (row.live + row.quarantined > 0) return "in-use";
  await trx.deleteFrom("number").where("number", "=", number).execute();
  await tell(executeIn(trx), [releasedEvent(toNumber(row), now)]);
  return "removed";
};

const toNumber = (row: NumberRow): VirtualNumber => ({
  number: String(row.number) as Msisdn,
  serviceId: row.service_id,
  country: row.country,
  features: row.features,
  at: row.added_at,
  state: row.state,
  liveRoutes: row.live,
  quarantinedRoutes: row.quarantined,
});
