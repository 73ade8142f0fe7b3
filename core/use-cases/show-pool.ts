import type { Clock } from "#core/ports/clock.ts";
import type { KeptPools, Numbers, PoolCount } from "#core/ports/numbers.ts";

export interface CountedPool {
  /** When it was counted, in milliseconds since the epoch. */
  readonly at: number;
  readonly pools: readonly PoolCount[];
}

export interface ShowPoolPorts {
  readonly numbers: Pick<Numbers, "pools" | "keepPools" | "keptPools">;
  readonly clock: Clock;
}

/** A count that took no longer (milliseconds) is made anew for whoever asks; on a busy machine also that of a small pool takes a while. */
const CHEAP_MS = 250;
/** The first count of a process is made by a cold database: up to this long it does not say that the next one is as dear. */
const COLD_MS = 1_500;
/** One that takes longer is made in the background, not more often than this, and for a twentieth of the time at most. */
const AGE_MIN_MS = 10_000;
const AGE_PER_COUNT = 20;

/**
 * How the pools stand. With few routes the answer is of now; with millions of them it is of the last count, which says when that was. Such a
 * count is kept for all processes, those that are still to come as well: nobody waits for one but the first who ever asks.
 */
export const showPool = ({ numbers, clock }: ShowPoolPorts): (() => Promise<CountedPool>) => {
  let known: KeptPools | null = null;
  let counting: Promise<KeptPools> | null = null;
  let isRenewing = false;

  const count = (): Promise<KeptPools> => {
    counting ??= countNow().finally(() => {
      counting = null;
    });
    return counting;
  };
  const countNow = async (): Promise<KeptPools> => {
    const at = clock.now();
    const pools = await numbers.pools(at);
    const before = known;
    const took = clock.now() - at;
    const isCold = before === null && took <= COLD_MS;
    const counted = { at, pools, tookMs: isCold ? Math.min(took, CHEAP_MS) : took };
    known = counted;
    // What is cheap is not read again, unless it was dear before. A count that cannot be kept is as right.
    if (!isCheap(counted) || (before !== null && !isCheap(before)))
      await numbers.keepPools(counted).catch(() => {});
    return counted;
  };
  const isOld = (of: KeptPools): boolean =>
    clock.now() - of.at > Math.max(AGE_MIN_MS, AGE_PER_COUNT * of.tookMs);
  /** Another process may have counted meanwhile. */
  const takeKept = async (): Promise<void> => {
    const kept = await numbers.keptPools();
    if (kept !== null && kept.at > (known?.at ?? Number.NEGATIVE_INFINITY)) known = kept;
  };
  const renew = async (): Promise<void> => {
    await takeKept();
    if (known !== null && isOld(known)) await count();
  };

  return async () => {
    if (known === null) await takeKept();
    if (known === null || isCheap(known)) return count();
    if (isOld(known) && !isRenewing) {
      isRenewing = true;
      // Whoever asks next tries again, and an old answer says that it is old.
      void renew()
        .catch(() => {})
        .finally(() => {
          isRenewing = false;
        });
    }
    return known;
  };
};

const isCheap = ({ tookMs }: KeptPools): boolean => tookMs <= CHEAP_MS;
