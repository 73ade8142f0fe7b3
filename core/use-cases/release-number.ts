import type { Msisdn } from "#core/domain/msisdn.ts";
import { REASSIGN_AFTER_MS, releasableFrom } from "#core/domain/reassigning.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { MarketFailure, NumberMarket } from "#core/ports/number-market.ts";
import type { Numbers } from "#core/ports/numbers.ts";

export interface ReleaseNumberPorts {
  readonly market: Pick<NumberMarket, "release">;
  readonly numbers: Pick<Numbers, "get" | "drain" | "remove" | "usedAt">;
  readonly clock: Clock;
  /** How long after its last use a number is kept; absent: as long as real numbers are aged. */
  readonly reassignAfterMs?: number;
}

export type ReleaseNumberOutcome =
  | { readonly kind: "released" }
  | { readonly kind: "unknown" }
  /** Live or quarantined routes are left on it. */
  | { readonly kind: "in-use" }
  /** It was used not long ago: late texts would go to whoever rents it next. `from`: when it may go. */
  | { readonly kind: "used-lately"; readonly from: number }
  | { readonly kind: "market"; readonly failure: MarketFailure };

/**
 * Gives a number back when no route is left on it, and none was lately. It is drained first, so that no new route can come between; forgotten
 * last, so that a carrier's refusal leaves it with us.
 */
export const releaseNumber =
  ({ market, numbers, clock, reassignAfterMs = REASSIGN_AFTER_MS }: ReleaseNumberPorts) =>
  async (number: Msisdn): Promise<ReleaseNumberOutcome> => {
    const drained = await numbers.drain(number);
    if (!drained) return { kind: "unknown" };
    if (drained.liveRoutes + drained.quarantinedRoutes > 0) return { kind: "in-use" };
    const now = clock.now();
    const from = releasableFrom(await numbers.usedAt(number, now - reassignAfterMs), now, reassignAfterMs);
    if (from !== null) return { kind: "used-lately", from };
    const released = await market.release(number, drained.country);
    if (!released.ok) return { kind: "market", failure: released.error };
    const removed = await numbers.remove(number, clock.now());
    return removed === "in-use" ? { kind: "in-use" } : { kind: "released" };
  };
