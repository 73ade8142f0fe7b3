import type { MarketFailure } from "#core/ports/number-market.ts";
import type { Answer } from "./answers.ts";
import { problem, unavailable } from "./problems.ts";

/** Sold out is a matter of the pool; whatever else the carrier has against it may pass, with or without our doing. */
export const marketProblem = ({ code, detail }: MarketFailure): Answer =>
  code === "sold-out"
    ? problem("pool-exhausted", `Cannot rent: ${detail}`)
    : unavailable(`The carrier says: ${detail}`);
