import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { MarketFailure, NumberMarket } from "#core/ports/number-market.ts";
import type { Numbers } from "#core/ports/numbers.ts";

export interface ReleaseNumberPorts {
  readonly market: Pick<NumberMarket, "release">;
  readonly numbers: Pick<Numbers, "get" | "drain" | "remove">;
  readonly clock: Clock;
}

export type ReleaseNumberOutcome =
  | { readonly kind: "released" }
  | { readonly kind: "unknown" }
  /** Live or quarantined routes are left on it. */
  | { readonly kind: "in-use" }
  | { readonly kind: "market"; readonly failure: MarketFailure };

/**
 * Gives a number back when no route is left on it. It is drained first, so that no new route can come between; forgotten
 * last, so that a carrier's refusal leaves it with us.
 */
export const releaseNumber =
  ({ market, numbers, clock }: ReleaseNumberPorts) =>
  async (number: Msisdn): Promise<ReleaseNumberOutcome> => {
    const drained = await numbers.drain(number);
    if (!drained) return { kind: "unknown" };
    if (drained.liveRoutes + drained.quarantinedRoutes > 0) return { kind: "in-use" };
    const released = await market.release(number, drained.country);
    if (!released.ok) return { kind: "market", failure: released.error };
    const removed = await numbers.remove(number, clock.now());
    return removed === "in-use" ? { kind: "in-use" } : { kind: "released" };
  };
