import type { Clock } from "#core/ports/clock.ts";
import type { Numbers, PoolCount } from "#core/ports/numbers.ts";

export interface CountedPool {
  /** When it was counted, in milliseconds since the epoch. */
  readonly at: number;
  readonly pools: readonly PoolCount[];
}

/** A count that took no longer (milliseconds) is made anew for whoever asks. */
const CHEAP_MS = 25;
/** One that takes longer is made in the background, not more often than this, and for a twentieth of the time at most. */
const AGE_MIN_MS = 10_000;
const AGE_PER_COUNT = 20;

/**
 * How the pools stand. With few routes the answer is of now; with millions of them it is of the last count, which says when that was,
 * so that nobody waits for a count but the first who asks.
 */
export const showPool = ({
  numbers,
  clock,
}: {
  readonly numbers: Pick<Numbers, "pools">;
  readonly clock: Clock;
}): (() => Promise<CountedPool>) => {
  let known: (CountedPool & { readonly tookMs: number }) | null = null;
  let counting: Promise<CountedPool> | null = null;

  const count = (): Promise<CountedPool> => {
    counting ??= countNow().finally(() => {
      counting = null;
    });
    return counting;
  };
  const countNow = async (): Promise<CountedPool> => {
    const at = clock.now();
    const pools = await numbers.pools(at);
    known = { at, pools, tookMs: clock.now() - at };
    return known;
  };

  return async () => {
    if (known === null || known.tookMs <= CHEAP_MS) return count();
    const ageMs = clock.now() - known.at;
    // Whoever asks next tries again, and an old answer says that it is old.
    if (ageMs > Math.max(AGE_MIN_MS, AGE_PER_COUNT * known.tookMs)) count().catch(() => {});
    return known;
  };
};
