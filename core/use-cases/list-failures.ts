import { adviceOn } from "#core/domain/failure-advice.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import { FAILURES_SINCE_MAX_MS, type FailedNumber, type Numbers } from "#core/ports/numbers.ts";

const DAY_MS = 24 * 3_600_000;
/** Numbers that are shown of one code, those with most failures first. */
const NUMBERS_MAX = 100;

export interface ListedFailure {
  readonly code: string;
  readonly meaning: string;
  readonly advice: string;
  readonly count: number;
  readonly lastAt: number;
  /** Our numbers from which these texts went. */
  readonly numbers: readonly { readonly number: Msisdn; readonly count: number }[];
}

export interface ListedFailures {
  readonly since: number;
  /** By code, the most frequent first. */
  readonly failures: readonly ListedFailure[];
  /** There were more than are counted: the oldest are left out. */
  readonly isCut: boolean;
}

export interface ListFailuresPorts {
  readonly numbers: Pick<Numbers, "failures">;
  readonly clock: Clock;
}

/** Which texts of ours did not arrive and why, since an instant: a day ago unless said, and a week ago at most. */
export const listFailures =
  ({ numbers, clock }: ListFailuresPorts) =>
  async (since: number | null): Promise<ListedFailures> => {
    const now = clock.now();
    const from = Math.max(since ?? now - DAY_MS, now - FAILURES_SINCE_MAX_MS);
    const { failed, isCut } = await numbers.failures(from);
    const failures = [...Map.groupBy(failed, ({ code }) => code).values()].map(listed);
    return { since: from, failures: failures.toSorted((a, b) => b.count - a.count), isCut };
  };

/** `of`: all with one code. */
const listed = (of: readonly FailedNumber[]): ListedFailure => {
  const { code, detail } = of[0]!;
  const { meaning, advice } = adviceOn(code);
  const numbers = of.map(({ number, count }) => ({ number, count })).toSorted((a, b) => b.count - a.count);
  return {
    ...{ code, meaning: meaning ?? detail, advice },
    count: of.reduce((sum, { count }) => sum + count, 0),
    lastAt: Math.max(...of.map(({ lastAt }) => lastAt)),
    numbers: numbers.slice(0, NUMBERS_MAX),
  };
};
