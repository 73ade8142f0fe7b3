import type { MarketFailure, NumberMarket } from "#core/ports/number-market.ts";
import { fail, ok } from "#core/result.ts";

const NO_ACCOUNT: MarketFailure = {
  kind: "unavailable",
  code: "no-account",
  detail: "no carrier account is set (VONAGE_API_KEY): register numbers that you have rented elsewhere",
};

/** The number market of a deployment without an account: numbers are rented and given back by hand, elsewhere. */
export const handKeptNumbers: NumberMarket = {
  search: async () => fail(NO_ACCOUNT),
  owns: async () => fail(NO_ACCOUNT),
  rent: async () => fail(NO_ACCOUNT),
  configure: async () => ok(undefined),
  release: async () => ok(undefined),
};
