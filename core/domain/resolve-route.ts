import type { Block } from "./block.ts";
import type { Route } from "./route.ts";

/** Why a text goes to nobody. `quarantined` and `closed` belong to a conversation that has ended. */
export type UnroutableReason = "stranger" | "closed" | "quarantined" | "not-our-number";

export type Resolution =
  | { readonly kind: "relay"; readonly route: Route }
  | { readonly kind: "blocked"; readonly route: Route; readonly reason: Block }
  | { readonly kind: "unroutable"; readonly route: Route | null; readonly reason: UnroutableReason };

/** What a text from one number to another means now. `isOurs` tells whether the number texted is in our pool. */
export const resolveRoute = (route: Route | null, isOurs: boolean, now: number): Resolution => {
  if (!route) return { kind: "unroutable", route: null, reason: isOurs ? "stranger" : "not-our-number" };
  // breakage: relay-after-end
  if (route.closedAt !== null) {
    // After quarantine the pair is free again: what it once meant is nobody's business any more.
    if (route.quarantinedUntil === null || route.quarantinedUntil <= now)
      return { kind: "unroutable", route: null, reason: "stranger" };
    return { kind: "unroutable", route, reason: "quarantined" };
  }
  // breakage: relay-after-expiry
  if (route.expiresAt !== null && route.expiresAt <= now)
    return { kind: "unroutable", route, reason: "closed" };
  // breakage: relay-to-opted-out, relay-past-block
  if (route.blockedBy) return { kind: "blocked", route, reason: route.blockedBy };
  return { kind: "relay", route };
};
