import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { PoolNumber } from "#core/domain/number-pool.ts";

/** How old the memory of our numbers may be when nobody has told of a change. */
const NUMBERS_AGE_MS = 10_000;
/** Between two counts, openings here are added. */
const COUNTS_AGE_MS = 60_000;
/** Pages of routes that are counted, of 40 to 70 each: all there are, or as many out of millions as tell how they are spread. */
const COUNTED_PAGES = 2_000;

/** Our numbers in memory: choosing one looks at all of them. */
export interface NumberPool {
  /** Active and reserved numbers of a service that can carry SMS. `fresh`: as they are now. */
  available(serviceId: string, fresh: boolean): Promise<readonly PoolNumber[]>;
  /** The service of each of these that is in memory as ours; of others nothing is known. */
  known(numbers: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Something has changed. */
  forget(): void;
  /** A route was opened on a number. */
  count(number: Msisdn): void;
}

interface NumberRow {
  readonly number: number;
  readonly service_id: string;
  readonly country: string;
  readonly usable: boolean;
  readonly reserved: boolean;
}

const NUMBERS = `select number, service_id, country, state = 'reserved' as reserved,
  state in ('active', 'reserved') and 'SMS' = any (features) as usable from number`;
const PAGES = "greatest(1, pg_relation_size('route') / current_setting('block_size')::int)";
const SHARE = `least(100, 100.0 * ${COUNTED_PAGES} / ${PAGES})`;
const COUNTS = `select virtual_number, round(count(*) * 100 / ${SHARE})::bigint as live
from route tablesample system (${SHARE}) where closed_at is null group by virtual_number`;

/** Counted on while it is at hand: copying hundreds of them for each opening would cost more than choosing. */
type CountedNumber = { -readonly [Key in keyof PoolNumber]: PoolNumber[Key] };

const NONE: readonly PoolNumber[] = [];

export const numberPool = (db: Kysely<Schema>, monotonicMs: () => number): NumberPool => {
  const execute = executeIn(db);
  let memory: Memory | null = null;
  let live = new Map<string, number>();
  let counting: Promise<void> | null = null;
  let countedAt = Number.NEGATIVE_INFINITY;

  /** In the background, but for the first time: a hint is not worth waiting for. */
  const countNowAndThen = async (): Promise<void> => {
    if (counting === null && monotonicMs() - countedAt > COUNTS_AGE_MS) {
      const isFirst = countedAt === Number.NEGATIVE_INFINITY;
      countedAt = monotonicMs();
      counting = execute<{ virtual_number: number; live: number }>(COUNTS)
        .then((rows) => {
          live = new Map(rows.map((row) => [String(row.virtual_number), row.live]));
          for (const entry of memory?.usable.values() ?? []) entry.liveRoutes = live.get(entry.number) ?? 0;
        })
        .catch(() => {})
        .finally(() => {
          counting = null;
        });
      if (isFirst) await counting;
    }
  };

  interface Memory {
    readonly at: number;
    readonly usable: ReadonlyMap<string, CountedNumber>;
    /** By service. */
    readonly available: ReadonlyMap<string, readonly PoolNumber[]>;
    /** The service of each number. */
    readonly all: ReadonlyMap<string, string>;
  }
  let generation = 0;
  const load = async (): Promise<Memory> => {
    const loaded = generation;
    const at = monotonicMs();
    const rows = await execute<NumberRow>(NUMBERS);
    const all = new Map(rows.map(({ number, service_id }) => [String(number), service_id]));
    const usable = new Map(
      rows
        .filter((row) => row.usable)
        .map(({ number, country, reserved }) => {
          const entry = { number: String(number) as Msisdn, country, ...(reserved && { isReserved: true }) };
          return [entry.number, { ...entry, liveRoutes: live.get(entry.number) ?? 0 }];
        }),
    );
    const available = Map.groupBy(usable.values(), ({ number }) => all.get(number)!);
    const next: Memory = { at, usable, available, all };
    if (loaded === generation) memory = next;
    return next;
  };
  let isRenewing = false;
  const renew = async (): Promise<void> => {
    if (isRenewing) return;
    isRenewing = true;
    await load().catch(() => {});
    isRenewing = false;
  };
  const remembered = async (fresh: boolean): Promise<Memory> =>
    !fresh && memory !== null && monotonicMs() - memory.at < NUMBERS_AGE_MS ? memory : load();

  return {
    available: async (serviceId, fresh) => {
      await countNowAndThen();
      return (await remembered(fresh)).available.get(serviceId) ?? NONE;
    },
    known: async (numbers) => {
      const { all } = memory ?? (await load());
      // On the hot path: what is old is used once more, while it is being renewed.
      if (memory !== null && monotonicMs() - memory.at > NUMBERS_AGE_MS) void renew();
      const found = new Map<string, string>();
      for (const number of numbers) {
        const serviceId = all.get(number);
        if (serviceId !== undefined) found.set(number, serviceId);
      }
      return found;
    },
    forget: () => {
      generation += 1;
      memory = null;
    },
    count: (number) => {
      const count = (live.get(number) ?? 0) + 1;
      live.set(number, count);
      const entry = memory?.usable.get(number);
      if (entry) entry.liveRoutes = count;
    },
  };
};
