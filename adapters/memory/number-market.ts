import type { Msisdn } from "#core/domain/msisdn.ts";
import type { MarketFailure, NumberMarket, NumberQuery, OfferedNumber } from "#core/ports/number-market.ts";
import { fail, ok, type Result } from "#core/result.ts";

export interface MemoryNumberMarketOptions {
  readonly offers: readonly OfferedNumber[];
  /** Asked before each call; a failure is what the call answers. */
  readonly trouble?: () => MarketFailure | null;
}

export interface MemoryNumberMarket extends NumberMarket {
  /** Numbers that are ours. */
  rented(): readonly Msisdn[];
  /** Those of which inbound texts come to us. */
  configured(): readonly Msisdn[];
  /** Somebody else rents a number. */
  snatch(number: Msisdn): void;
}

export const memoryNumberMarket = ({
  offers,
  trouble = () => null,
}: MemoryNumberMarketOptions): MemoryNumberMarket => {
  const offerByNumber = new Map(offers.map((offer) => [offer.number, offer]));
  const rented = new Set<Msisdn>();
  const configured = new Set<Msisdn>();
  const snatched = new Set<Msisdn>();

  const unlessTrouble = <T>(carryOut: () => Result<T, MarketFailure>): Promise<Result<T, MarketFailure>> => {
    const failure = trouble();
    return Promise.resolve(failure ? fail(failure) : carryOut());
  };

  return {
    search: (query) =>
      unlessTrouble(() =>
        ok(
          offers
            .filter(
              (offer) => !rented.has(offer.number) && !snatched.has(offer.number) && isWanted(offer, query),
            )
            .slice(0, query.limit),
        ),
      ),
    owns: (number) => unlessTrouble(() => ok(rented.has(number))),
    rent: (number, country) =>
      unlessTrouble(() => {
        if (rented.has(number)) return ok(undefined);
        if (offerByNumber.get(number)?.country !== country || snatched.has(number)) return fail(TAKEN);
        rented.add(number);
        return ok(undefined);
      }),
    configure: (number) =>
      unlessTrouble(() => {
        if (!rented.has(number)) return fail(NOT_OURS);
        configured.add(number);
        return ok(undefined);
      }),
    release: (number) =>
      unlessTrouble(() => {
        rented.delete(number);
        configured.delete(number);
        return ok(undefined);
      }),
    rented: () => [...rented],
    configured: () => [...configured],
    snatch: (number) => {
      snatched.add(number);
    },
  };
};

const isWanted = (offer: OfferedNumber, { country, features, contains }: NumberQuery): boolean =>
  offer.country === country &&
  features.every((feature) => offer.features.includes(feature)) &&
  (contains === null || offer.number.includes(contains));

const TAKEN: MarketFailure = { kind: "taken", code: "taken", detail: "the number is not on offer" };
const NOT_OURS: MarketFailure = {
  kind: "refused",
  code: "not-ours",
  detail: "the number is not rented by us",
};
