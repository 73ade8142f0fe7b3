/** How much of something was done in a while, counted over all processes, so that it outlives each of them. Cold: never asked for each text. */
export interface Sums {
  /** Adds, or takes back where a count is negative. Each key at most once. */
  add(additions: readonly Addition[]): Promise<void>;
  /** Adds unless the sum of the period would be more than `max`; answers whether it has added. */
  addWithin(addition: Addition, max: number): Promise<boolean>;
  /** The sums of each key in the periods that begin at an instant or later, by when they begin. */
  since(keys: readonly string[], since: number): Promise<readonly (readonly PeriodSum[])[]>;
  /**
   * The same, of a day at most, for many keys of which hardly any has a sum: what was added within the last two {@link SUMS_AGE_MS} may be
   * missing. `now`: milliseconds since 1970.
   */
  lately(keys: readonly string[], since: number, now: number): Promise<readonly (readonly PeriodSum[])[]>;
}

export interface PeriodSum {
  /** When the period begins, in milliseconds since 1970. */
  readonly from: number;
  readonly count: number;
}

export interface Addition extends PeriodSum {
  /** It may hold a number: it is stored as a blind index. */
  readonly key: string;
}

/** So old may be what is known of which keys have sums. */
export const SUMS_AGE_MS = 60_000;

/** Sums are known at least so long after their period has begun. */
export const SUMS_KEPT_MS = 2 * 24 * 3_600_000;
