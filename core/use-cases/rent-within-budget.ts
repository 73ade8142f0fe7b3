import { planCountriesOf } from "#core/domain/numbering/territories.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { RentMore } from "./choose-again.ts";
import { type RentNumbersPorts, rentNumbers } from "./rent-numbers.ts";

export interface RentWithinBudgetPorts extends Omit<RentNumbersPorts, "numbers"> {
  readonly numbers: Pick<Numbers, "reservePlace" | "confirmPlace" | "releasePlace">;
  readonly ids: Ids;
  readonly journal: Pick<Journal, "numbersRented" | "rentingRefused" | "rentingBudgetSpent">;
}

/**
 * Rents one more number where the pool has run out, as long as the budget allows of the country, or of one whose numbering plan
 * it shares. A place of the budget is reserved first, so that several processes together stay within it. Within this process one at a time for each country
 * and service, since all who wait profit from it.
 */
export const rentWithinBudget = (
  { market, numbers, clock, ids, journal }: RentWithinBudgetPorts,
  budgetByCountry: ReadonlyMap<string, number>,
): RentMore => {
  const renting = new Map<string, Promise<boolean>>();
  const rentOne = async (country: string, budget: number, serviceId: string): Promise<boolean> => {
    const place = ids.next();
    if (!(await numbers.reservePlace({ id: place, country, budget }))) {
      journal.rentingBudgetSpent({ country, budget });
      return false;
    }
    const add = (number: Parameters<Numbers["add"]>[0]) => numbers.confirmPlace(place, number);
    try {
      const rent = rentNumbers({ market, numbers: { add }, clock, journal });
      const { rented } = await rent({ serviceId, country, count: 1, features: ["SMS"] });
      return rented.length > 0;
    } finally {
      // What was rented has given its place back already.
      await numbers.releasePlace(place);
    }
  };
  const rentIn = (country: string, budget: number, serviceId: string): Promise<boolean> => {
    const key = `${country} ${serviceId}`;
    const running = renting.get(key);
    if (running) return running;
    const started = rentOne(country, budget, serviceId).finally(() => renting.delete(key));
    renting.set(key, started);
    return started;
  };
  return async (country, serviceId) => {
    for (const each of planCountriesOf(country)) {
      const budget = budgetByCountry.get(each);
      if (budget !== undefined && (await rentIn(each, budget, serviceId))) return true;
    }
    return false;
  };
};
