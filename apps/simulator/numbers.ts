import type { RentedNumber } from "./options.ts";
import type { Digits } from "./phone-number.ts";
import { type MarketNumber, stockOf } from "./stock.ts";

/** What a customer can set on a number of his (Numbers API, "update"). */
export interface NumberSettings {
  readonly moHttpUrl?: string;
  readonly moSmppSysType?: string;
  readonly appId?: string;
  readonly voiceCallbackType?: string;
  readonly voiceCallbackValue?: string;
}

export interface OwnedNumber extends MarketNumber {
  readonly settings: NumberSettings;
}

/** All numbers of the carrier: for sale, or rented by the account. */
export interface Numbers {
  readonly forSale: (country: string) => readonly MarketNumber[];
  readonly owned: () => readonly OwnedNumber[];
  readonly find: (msisdn: Digits) => OwnedNumber | undefined;
  readonly buy: (country: string, msisdn: Digits) => boolean;
  readonly cancel: (country: string, msisdn: Digits) => boolean;
  /** An empty value takes a setting away; one that is not given stays. */
  readonly update: (country: string, msisdn: Digits, settings: NumberSettings) => boolean;
  readonly snapshot: () => NumbersSnapshot;
}

/** What outlives the process: the rented numbers. */
export interface NumbersSnapshot {
  readonly rented: readonly OwnedNumber[];
}

export const numbers = (
  stock: Readonly<Record<string, number>>,
  rented: readonly RentedNumber[],
  snapshot: NumbersSnapshot | undefined,
): Numbers => {
  const market = new Map<Digits, MarketNumber>();
  for (const [country, count] of Object.entries(stock)) {
    for (const number of stockOf(country, count)) market.set(number.msisdn, number);
  }
  const owned = new Map<Digits, OwnedNumber>();
  for (const { country, msisdn, ...settings } of rented) {
    owned.set(msisdn, { ...(market.get(msisdn) ?? unlisted(country, msisdn)), settings });
  }
  for (const number of snapshot?.rented ?? []) owned.set(number.msisdn, number);

  const ownedIn = (country: string, msisdn: Digits): OwnedNumber | undefined => {
    const number = owned.get(msisdn);
    return number?.country === country ? number : undefined;
  };

  return {
    forSale: (country) => [...market.values()].filter((n) => n.country === country && !owned.has(n.msisdn)),
    owned: () => [...owned.values()],
    find: (msisdn) => owned.get(msisdn),
    buy: (country, msisdn) => {
      const number = market.get(msisdn);
      if (number?.country !== country || owned.has(msisdn)) return false;
      owned.set(msisdn, { ...number, settings: {} });
      return true;
    },
    cancel: (country, msisdn) => ownedIn(country, msisdn) !== undefined && owned.delete(msisdn),
    update: (country, msisdn, settings) => {
      const number = ownedIn(country, msisdn);
      if (!number) return false;
      const merged = Object.entries({ ...number.settings, ...settings }).filter(([, value]) => value !== "");
      owned.set(msisdn, { ...number, settings: Object.fromEntries(merged) });
      return true;
    },
    snapshot: () => ({ rented: [...owned.values()] }),
  };
};

const unlisted = (country: string, msisdn: Digits): MarketNumber => ({
  country,
  msisdn,
  type: "mobile-lvn",
  cost: "1.25",
  features: ["SMS", "VOICE"],
});
