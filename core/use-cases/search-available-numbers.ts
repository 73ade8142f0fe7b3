import type { MarketFailure, NumberMarket, NumberQuery, OfferedNumber } from "#core/ports/number-market.ts";
import type { Result } from "#core/result.ts";

/** Numbers that the carrier has for rent. */
export const searchAvailableNumbers =
  ({ market }: { readonly market: Pick<NumberMarket, "search"> }) =>
  (query: NumberQuery): Promise<Result<readonly OfferedNumber[], MarketFailure>> =>
    market.search(query);
