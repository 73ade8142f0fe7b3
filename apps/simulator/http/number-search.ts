import type { MarketNumber } from "#apps/simulator/stock.ts";
import type { Params } from "#apps/simulator/webhooks/signature.ts";

/** Numbers API 1.1.0: how many a page has unless said, and at most. */
const SIZE_DEFAULT = 10;
const SIZE_MAX = 100;

/** `search_pattern` 0: starts with (the default), 1: contains, 2: ends with. */
export const matchesPattern = (msisdn: string, params: Params): boolean => {
  const { pattern, search_pattern: where = "0" } = params;
  if (pattern === undefined) return true;
  if (where === "1") return msisdn.includes(pattern);
  return where === "2" ? msisdn.endsWith(pattern) : msisdn.startsWith(pattern);
};

/** `SMS,VOICE`: a number must have all of them. */
export const matchesFeatures = (number: MarketNumber, features: string | undefined): boolean =>
  features === undefined ||
  features.split(",").every((feature) => (number.features as readonly string[]).includes(feature.trim()));

/** Page `index` (from 1) of `size`; nothing when they are out of range. */
export const page = <T>(found: readonly T[], params: Params): readonly T[] | undefined => {
  const size = Number(params.size ?? SIZE_DEFAULT);
  const index = Number(params.index ?? 1);
  if (!Number.isInteger(size) || size < 1 || size > SIZE_MAX) return undefined;
  if (!Number.isInteger(index) || index < 1) return undefined;
  return found.slice((index - 1) * size, index * size);
};
