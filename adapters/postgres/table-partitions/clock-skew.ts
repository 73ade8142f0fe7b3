import type { Execute } from "#adapters/postgres/execute.ts";
import type { Clock } from "#core/ports/clock.ts";

const NOW = "select (extract(epoch from clock_timestamp()) * 1000)::bigint as now";

/** By how many milliseconds our clock is ahead of the database's; 0 when it is not. */
export const clockSkew = async (execute: Execute, clock: Clock): Promise<number> => {
  const [database] = await execute<{ now: number }>(NOW);
  return Math.max(0, clock.now() - database!.now);
};
