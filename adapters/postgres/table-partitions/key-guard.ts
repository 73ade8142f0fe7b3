import {
  GREATEST_ID,
  type IdRange,
  leastId,
  lowestOf,
  PERIOD_MS,
  startOfPeriod,
  timeOfId,
} from "./periods.ts";

/** Carriers repeat a text for up to 24 hours, over HTTP; clocks may differ. */
const REPEATED_MS = 25 * 3_600_000;

/**
 * So close to a boundary, batches are written one after the other: twelve times as long as a statement may take, so that whoever is
 * further from it finds in the tables what others wrote on the other side.
 */
const NEAR_MS = 60_000;

/**
 * How a key is taken only once although it is unique only within a period: the copy that comes after a boundary has a new id, in the
 * period of its own. See decision 16.
 */
export interface KeyGuard {
  /** What has a lower id has no say in whether a key is taken. */
  readonly since: string;
  /** Ids among which the statement looks for the keys too; null where the index of the period says it all. */
  readonly dedupIdRange: IdRange | null;
  /** Whether such batches are written one after the other. */
  readonly serialized: boolean;
}

/** For messages with these ids. `firstEndsAt`: all of what is earlier is one period. */
export const keyGuard = (now: number, firstEndsAt: number, ids: readonly string[]): KeyGuard => {
  const startOf = (ms: number): number => {
    const start = startOfPeriod(ms);
    return start < firstEndsAt ? Number.NEGATIVE_INFINITY : start;
  };
  const start = startOf(now);
  const end = Math.max(firstEndsAt, startOfPeriod(now) + PERIOD_MS);
  const [least, beyond] = [leastId(start), leastId(end)];
  const isNear = now < start + NEAR_MS || now >= end - NEAR_MS;
  if (isNear || ids.some((id) => id < least || id >= beyond)) {
    const earliest = Math.min(start, ids.length > 0 ? startOf(timeOfId(lowestOf(ids))) : start);
    const since = leastId(startOf(earliest - 1));
    return { since, dedupIdRange: { from: since, to: GREATEST_ID }, serialized: true };
  }
  const since = leastId(startOf(start - 1));
  return {
    since,
    dedupIdRange: now < start + REPEATED_MS ? { from: since, to: least } : null,
    serialized: false,
  };
};
