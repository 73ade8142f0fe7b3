import type { Execute } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import { SUMS_AGE_MS } from "#core/ports/sums.ts";

/** Which keys have any sum. Nearly nobody texts so much that it is counted, and whoever does not needs no question. */
export interface SummedKeys {
  /** Brings it up to date, so that it is at most two {@link SUMS_AGE_MS} old. `now`: milliseconds since 1970. */
  renew(now: number): Promise<void>;
  /** Nobody has any. */
  isEmpty(): boolean;
  /** Those among them that may have one, by blind index. */
  among(indexes: readonly string[]): readonly string[];
}

/** Keys in memory at most, about 100 bytes each; where there are more, all are asked for. */
const KEYS_MAX = 100_000;
const HOUR_MS = 3_600_000;
/** Periods are an hour at most: what was added lately is in one that has begun since. */
const ADDED_MS = HOUR_MS + 2 * SUMS_AGE_MS;
const DAYS_MS = 25 * HOUR_MS;

const KEYS = "select distinct key_index from period_sum where begins_at >= $1 limit $2";

export const createSummedKeys = (execute: Execute, monotonicMs: () => number): SummedKeys => {
  let keys = new Set<string>();
  let isComplete = false;
  let wholeAt = Number.NEGATIVE_INFINITY;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  const read = async (now: number): Promise<void> => {
    const at = monotonicMs();
    // Once an hour all, so that old ones go.
    const isWhole = !isComplete || at - wholeAt >= HOUR_MS;
    const from = now - (isWhole ? DAYS_MS : ADDED_MS);
    const rows = await execute<{ key_index: string }>(KEYS, [from, KEYS_MAX + 1]);
    const found = rows.map(({ key_index }) => hexOf(key_index));
    if (isWhole) keys = new Set(found);
    else for (const key of found) keys.add(key);
    isComplete = keys.size <= KEYS_MAX;
    if (!isComplete) keys = new Set();
    if (isWhole) wholeAt = at;
    readAt = at;
  };
  const readOnce = (now: number): Promise<void> => {
    reading ??= read(now).finally(() => {
      reading = null;
    });
    return reading;
  };

  return {
    renew: async (now) => {
      const ageMs = monotonicMs() - readAt;
      if (ageMs >= 2 * SUMS_AGE_MS) await readOnce(now);
      else if (ageMs >= SUMS_AGE_MS / 2) readOnce(now).catch(() => {});
    },
    isEmpty: () => isComplete && keys.size === 0,
    among: (indexes) => (isComplete ? indexes.filter((index) => keys.has(index)) : indexes),
  };
};
