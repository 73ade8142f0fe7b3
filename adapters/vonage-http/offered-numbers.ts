import { isMsisdn } from "#core/domain/msisdn.ts";
import type { OfferedNumber } from "#core/ports/number-market.ts";

export interface NumberList {
  /** How many there are on all pages. */
  readonly count: number;
  readonly numbers: readonly OfferedNumber[];
}

/**
 * A page of numbers as the Numbers API lists them (specification 1.1.0); null when it is none. Nothing found is `{}` or a count
 * of 0. Entries that cannot be read are left out.
 */
export const offeredNumbers = (body: unknown, country: string): NumberList | null => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { count = 0, numbers = [] } = body as Record<string, unknown>;
  if (!Array.isArray(numbers)) return null;
  const read = numbers
    .map((entry: unknown) => offeredNumber(entry, country))
    .filter((entry) => entry !== null);
  return { count: Number(count) || 0, numbers: read };
};

const offeredNumber = (entry: unknown, asked: string): OfferedNumber | null => {
  if (typeof entry !== "object" || entry === null) return null;
  const { msisdn, country, features, cost } = entry as Record<string, unknown>;
  const number = String(msisdn);
  if (!isMsisdn(number)) return null;
  return {
    number,
    country: typeof country === "string" ? country : asked,
    features: Array.isArray(features) ? features.filter((feature) => typeof feature === "string") : [],
    monthlyCost: typeof cost === "string" || typeof cost === "number" ? String(cost) : null,
  };
};
