import { parsePhoneNumberFromString } from "libphonenumber-js";
import type { NumberInsight } from "#core/ports/number-insight.ts";

/**
 * What Google's numbering plans say about a number, offline: for deployments without a carrier, and while the carrier's
 * lookup is down.
 *
 * It refuses only what certainly is no number of a person: a calling code that nobody has, a length that no number there
 * has, a code that belongs to no country (800, 883). It does not ask whether the digits lie in an allotted range: plans
 * change faster than any copy of them, so that would turn real people away, and it would turn away the ranges set apart for
 * examples and fiction (+44 7700 900xxx, +1 555 01xx). A number that nobody has is found out by the carrier.
 */
export const libphonenumberInsight = (): NumberInsight => ({
  lookup: async (number, hint) => {
    const parsed = parsePhoneNumberFromString(`+${number}`);
    if (!parsed) return { kind: "invalid", detail: "has a calling code that nobody has" };
    if (!parsed.isPossible()) return { kind: "invalid", detail: "has a length that no number there has" };
    // Outside allotted ranges, countries that share a calling code cannot be told apart; the first is the main one.
    const possible: readonly string[] = parsed.country ? [parsed.country] : parsed.getPossibleCountries();
    const country = hint !== null && possible.includes(hint) ? hint : possible[0];
    if (country === undefined) return { kind: "invalid", detail: "belongs to no country" };
    return { kind: "valid", number, country, callingCode: parsed.countryCallingCode };
  },
});
