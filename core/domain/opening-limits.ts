import type { Msisdn } from "./msisdn.ts";

/** How many conversations a service opens within an hour; counts are 1 or more. Null: any number. */
export interface OpeningLimits {
  readonly perHour: number | null;
  /** To participants whose numbers are the same but for the last four digits: whoever earns from texts has whole blocks. */
  readonly perPrefix: number | null;
}

/** Which limit an opening goes beyond. */
export type ExceededOpeningLimit = "hour" | "prefix";

const LAST_DIGITS = 4;

export const prefixOf = (number: Msisdn): string => number.slice(0, -LAST_DIGITS);
