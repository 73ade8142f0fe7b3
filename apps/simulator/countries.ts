import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Digits } from "./phone-number.ts";

/** ISO 3166 alpha-3 of the countries that can be looked up by it, and a mobile network (MCC and MNC) in each. */
const COUNTRIES: Readonly<Record<string, { readonly iso3: string; readonly network: string }>> = {
  AU: { iso3: "AUS", network: "50501" },
  CA: { iso3: "CAN", network: "302720" },
  DE: { iso3: "DEU", network: "26201" },
  ES: { iso3: "ESP", network: "21401" },
  FR: { iso3: "FRA", network: "20801" },
  GB: { iso3: "GBR", network: "23410" },
  IE: { iso3: "IRL", network: "27201" },
  IT: { iso3: "ITA", network: "22201" },
  NL: { iso3: "NLD", network: "20404" },
  PL: { iso3: "POL", network: "26001" },
  SE: { iso3: "SWE", network: "24001" },
  US: { iso3: "USA", network: "310004" },
};
const UNKNOWN_NETWORK = "99999";
/** Where a country code is shared and the number does not say whose it is. */
const MAIN_COUNTRY: Readonly<Record<string, string>> = { "1": "US", "44": "GB", "7": "RU", "61": "AU" };

export interface NumberFacts {
  readonly international: Digits;
  readonly national: string;
  readonly country: string;
  readonly countryIso3: string;
  readonly countryName: string;
  readonly prefix: string;
  readonly network: string;
  readonly isMobile: boolean;
}

const names = new Intl.DisplayNames(["en"], { type: "region" });

/** What the numbering plan says about a number; nothing when it cannot be one. */
export const numberFacts = (written: string, country?: string): NumberFacts | undefined => {
  const number =
    country === undefined
      ? parsePhoneNumberFromString(`+${written.replace(/^\+/, "")}`)
      : parsePhoneNumberFromString(written, country.toUpperCase() as "GB");
  if (!number?.isPossible()) return undefined;
  const prefix = String(number.countryCallingCode);
  const iso2 = number.country ?? MAIN_COUNTRY[prefix] ?? number.getPossibleCountries()[0];
  if (!iso2) return undefined;
  const type = number.getType();
  return {
    international: number.number.slice(1),
    national: number.formatNational(),
    country: iso2,
    countryIso3: COUNTRIES[iso2]?.iso3 ?? iso2,
    countryName: names.of(iso2) ?? iso2,
    prefix,
    network: COUNTRIES[iso2]?.network ?? UNKNOWN_NETWORK,
    isMobile: type === undefined || type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE",
  };
};

/** Longest country code first; the rest of a number does not matter for its price or network here. */
const NETWORKS_BY_PREFIX: readonly (readonly [prefix: string, network: string])[] = [
  ["353", "27201"],
  ["31", "20404"],
  ["33", "20801"],
  ["34", "21401"],
  ["39", "22201"],
  ["44", "23410"],
  ["46", "24001"],
  ["48", "26001"],
  ["49", "26201"],
  ["61", "50501"],
  ["1", "310004"],
];

/** MCC and MNC of the network that a handset is in. */
export const networkOf = (number: Digits): string =>
  NETWORKS_BY_PREFIX.find(([prefix]) => number.startsWith(prefix))?.[1] ?? UNKNOWN_NETWORK;
