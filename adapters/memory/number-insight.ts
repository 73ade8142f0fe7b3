import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Insight, NumberInsight } from "#core/ports/number-insight.ts";

/** A range of numbers that exist, by how they begin. */
export interface NumberRange {
  readonly prefix: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly callingCode: string;
}

export interface MemoryNumberInsightOptions {
  readonly ranges: readonly NumberRange[];
  /** Whether the service is out of order just now. */
  readonly isDown?: () => boolean;
}

/** Knows the numbers of the given ranges, of which the longest prefix counts, and no others. */
export const memoryNumberInsight = ({
  ranges,
  isDown = () => false,
}: MemoryNumberInsightOptions): NumberInsight => {
  const longestFirst = [...ranges].sort((a, b) => b.prefix.length - a.prefix.length);
  const lookup = (number: Msisdn): Insight => {
    if (isDown()) return { kind: "unavailable", detail: "the service is out of order" };
    const range = longestFirst.find(({ prefix }) => number.startsWith(prefix));
    if (!range) return { kind: "invalid", detail: "no such number is in use" };
    return { kind: "valid", number, country: range.country, callingCode: range.callingCode };
  };
  return { lookup: async (number) => lookup(number) };
};
