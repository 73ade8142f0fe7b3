import { countedPool } from "#core/domain/pool-changes.ts";
import { headroomOf, isLow } from "#core/domain/pool-state.ts";
import type { Events } from "#core/ports/events.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { CountedPool } from "./show-pool.ts";

export interface WatchPoolsPorts {
  readonly showPool: () => Promise<CountedPool>;
  readonly events: Pick<Events, "tellChanges">;
  readonly journal: Pick<Journal, "poolLow" | "poolRecovered">;
}

/**
 * Looks at the pools, and tells which have become low, and which have numbers enough again. The outside is told once by all processes, an
 * operator by each in its own journal.
 */
export const watchPools = ({ showPool, events, journal }: WatchPoolsPorts): (() => Promise<void>) => {
  let low = new Set<string>();
  let lookedAt: number | null = null;
  return async () => {
    const { at, pools } = await showPool();
    if (at === lookedAt) return;
    const looked = pools.map((pool) => {
      const key = `${pool.serviceId} ${pool.country}`;
      const headroom = headroomOf(pool);
      return { pool, key, headroom, isLow: isLow(low.has(key), headroom) };
    });
    await events.tellChanges(looked.flatMap((each) => countedPool(each.pool, each.isLow, at)));
    for (const { pool, key, headroom, isLow: is } of looked) {
      if (is === low.has(key)) continue;
      const fact = { country: pool.country, numbers: pool.active, headroom };
      if (is) journal.poolLow(fact);
      else journal.poolRecovered(fact);
    }
    low = new Set(looked.filter((each) => each.isLow).map(({ key }) => key));
    lookedAt = at;
  };
};
