/** What a part costs, and an account's money, in units of 0.00000001 EUR: sums of fractions must stay exact. */
const UNITS = 100_000_000;
const PRICE_UNITS = 3_330_000;

export const PART_PRICE = "0.03330000";

export interface Ledger {
  /** Takes the price of so many parts, or nothing at all when there is not enough. */
  readonly charge: (parts: number) => boolean;
  /** `15.53590000` */
  readonly balance: () => string;
}

export const ledger = (openingBalance: number): Ledger => {
  let units = Math.round(openingBalance * UNITS);
  return {
    charge: (parts) => {
      const price = parts * PRICE_UNITS;
      if (units < price) return false;
      units -= price;
      return true;
    },
    balance: () => (units / UNITS).toFixed(8),
  };
};
