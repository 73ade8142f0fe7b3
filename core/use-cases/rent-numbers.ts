import type { Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { MarketFailure, NumberMarket } from "#core/ports/number-market.ts";
import type { Numbers, VirtualNumber } from "#core/ports/numbers.ts";

export interface RentNumbersPorts {
  readonly market: NumberMarket;
  readonly numbers: Pick<Numbers, "add">;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "numbersRented" | "rentingRefused">;
}

export interface RentNumbersInput {
  /** Whose they are to be. */
  readonly serviceId: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** 1 to {@link RENT_MAX}. */
  readonly count: number;
  readonly features: readonly string[];
}

/** `rented` may be shorter than asked for; `failure` then says why. */
export interface RentNumbersOutcome {
  readonly rented: readonly VirtualNumber[];
  readonly failure: MarketFailure | null;
}

export const RENT_MAX = 100;
/** Others rent at the same time: look for more than are needed. */
const SEARCH_MARGIN = 10;

/** Searches, rents, directs the numbers' texts to us, and only then puts them into the pool. */
export const rentNumbers = (ports: RentNumbersPorts) => {
  const rent = renting(ports);
  const { clock, journal } = ports;
  return async (input: RentNumbersInput): Promise<RentNumbersOutcome> => {
    const startedAt = clock.now();
    const outcome = await rent(input);
    const { country } = input;
    const { rented, failure } = outcome;
    const tookMs = Math.max(0, clock.now() - startedAt);
    if (rented.length > 0) journal.numbersRented({ country, numbers: rented.length, tookMs });
    if (failure !== null)
      journal.rentingRefused({ country, code: failure.code, detail: failure.detail ?? failure.kind });
    return outcome;
  };
};

const renting =
  ({ market, numbers, clock }: RentNumbersPorts) =>
  async ({ serviceId, country, count, features }: RentNumbersInput): Promise<RentNumbersOutcome> => {
    const limit = Math.min(100, count + SEARCH_MARGIN);
    const offers = await market.search({ country, features, contains: null, limit });
    if (!offers.ok) return { rented: [], failure: offers.error };
    const rented: VirtualNumber[] = [];
    let failure: MarketFailure | null = null;
    for (const offer of offers.value) {
      if (rented.length === count) return { rented, failure: null };
      const outcome = await rentOne(offer.number, offer.features);
      if (outcome.kind === "rented") rented.push(outcome.number);
      else failure = outcome.failure;
      if (failure && failure.kind !== "taken") break;
    }
    if (rented.length === count) return { rented, failure: null };
    return { rented, failure: failure ?? soldOut(country) };

    async function rentOne(number: Msisdn, has: readonly string[]): Promise<OneOutcome> {
      const bought = await market.rent(number, country);
      if (!bought.ok) return { kind: "failed", failure: bought.error };
      const configured = await market.configure(number, country);
      if (!configured.ok) {
        // A number whose texts do not reach us costs money and loses messages.
        await market.release(number, country);
        return { kind: "failed", failure: configured.error };
      }
      const added = await numbers.add({
        number: handsetOf(number),
        serviceId,
        country,
        features: has,
        at: clock.now(),
      });
      if (added !== "participant") return { kind: "rented", number: added };
      await market.release(number, country);
      return {
        kind: "failed",
        failure: { kind: "taken", code: "participant", detail: "it is a participant's own number" },
      };
    }
  };

type OneOutcome =
  | { readonly kind: "rented"; readonly number: VirtualNumber }
  | { readonly kind: "failed"; readonly failure: MarketFailure };

const soldOut = (country: string): MarketFailure => ({
  kind: "refused",
  code: "sold-out",
  detail: `the carrier offers no more numbers in ${country}`,
});
