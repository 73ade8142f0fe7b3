import type { Msisdn } from "./msisdn.ts";
import { HOUR_MS } from "./text-limits.ts";

/** How many conversations a service opens within an hour; counts are 1 or more. Null: any number. */
export interface OpeningLimits {
  readonly perHour: number | null;
  /** To participants whose numbers are the same but for the last four digits: whoever earns from texts has whole blocks. */
  readonly perPrefix: number | null;
}

/** Which limit an opening goes beyond. */
export type ExceededOpeningLimit = "hour" | "prefix";

/** Openings are counted by the minute. */
const PERIOD_MS = 60_000;

/** When the period of an instant begins. */
export const periodOf = (at: number): number => at - (at % PERIOD_MS);

/**
 * How many more may be opened at `now`, by what was opened in the periods of the last hour, in order: as many at once as in the whole hour,
 * and they grow back evenly.
 */
export const leftOf = (
  opened: readonly { readonly from: number; readonly count: number }[],
  perHour: number,
  now: number,
): number => {
  let left = perHour;
  let at = Number.NEGATIVE_INFINITY;
  const grow = (until: number): void => {
    if (at !== Number.NEGATIVE_INFINITY) left = Math.min(perHour, left + ((until - at) * perHour) / HOUR_MS);
    at = until;
  };
  for (const { from, count } of opened) {
    grow(from);
    left = Math.min(perHour, Math.max(0, left - count));
  }
  if (at !== Number.NEGATIVE_INFINITY) grow(Math.max(at, now));
  return left;
};

const LAST_DIGITS = 4;

export const prefixOf = (number: Msisdn): string => number.slice(0, -LAST_DIGITS);
