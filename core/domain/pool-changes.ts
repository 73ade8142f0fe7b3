import type { NewEvent } from "./event.ts";
import { freeIn } from "./pool-state.ts";

interface Pool {
  readonly serviceId: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

interface PoolChange {
  readonly of: string;
  readonly state: string;
  readonly event: NewEvent | null;
}

const changeOf =
  (type: "pool.low" | "pool.exhausted") =>
  ({ serviceId, country }: Pool, free: number | null, at: number): PoolChange => ({
    of: `${type} ${serviceId} ${country}`,
    state: free === null ? "over" : "on",
    event: free === null ? null : { type, subject: country, data: { free }, serviceId, at },
  });

const low = changeOf("pool.low");
const exhausted = changeOf("pool.exhausted");

/** An opening has found no number. */
export const exhaustedPool = (pool: Pool, at: number): PoolChange => exhausted(pool, 0, at);

/** A count has found it so. Numbers that are there again end it that there were none. */
export const countedPool = (
  pool: Pool & { readonly active: number; readonly minimum: number },
  isLow: boolean,
  at: number,
): readonly PoolChange[] => {
  const free = freeIn(pool);
  return [low(pool, isLow ? free : null, at), ...(free === 0 ? [] : [exhausted(pool, null, at)])];
};
