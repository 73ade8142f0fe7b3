import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Route } from "#core/domain/route.ts";
import { type RouteCache, routeCache } from "#core/engine/inbound/route-cache.ts";
import { routeArbitrary } from "#test/support/arbitraries.ts";

const [template] = fc.sample(routeArbitrary, { numRuns: 1, seed: 1 });
const routeOf = (n: number, version = "1"): Route => ({
  ...template!,
  sender: `4477009${String(n).padStart(5, "0")}` as Msisdn,
  version,
});

const MAX = 10;
const opArbitrary = fc.record({
  kind: fc.constantFrom("put" as const, "get" as const, "forget" as const),
  n: fc.nat({ max: 25 }),
  version: fc.nat({ max: 3 }).map(String),
});

const getRoute = (cache: RouteCache, { sender, virtualNumber }: Route): Route | undefined =>
  cache.get(sender, virtualNumber);

describe("the routes at hand", () => {
  test("are what was last put, or nothing; and never more than the limit", () => {
    fc.assert(
      fc.property(fc.array(opArbitrary, { maxLength: 80, size: "max" }), (ops) => {
        const cache = routeCache(MAX);
        const last = new Map<number, Route>();
        for (const { kind, n, version } of ops) {
          const route = routeOf(n, version);
          if (kind === "put") {
            cache.put(route);
            last.set(n, route);
          } else if (kind === "forget") {
            cache.forget(route.sender, route.virtualNumber);
            last.delete(n);
          }
          const found = getRoute(cache, route);
          if (found) expect(found).toEqual(last.get(n));
          if (kind === "put") expect(found).toEqual(route);
        }
        const kept = Array.from({ length: 26 }, (_, n) => getRoute(cache, routeOf(n))).filter(
          (route) => route,
        );
        expect(kept.length).toBeLessThanOrEqual(MAX);
      }),
    );
  });

  test("that were used last stay longest", () => {
    const cache = routeCache(MAX);
    for (let n = 0; n < MAX; n += 1) cache.put(routeOf(n));
    getRoute(cache, routeOf(0));
    cache.put(routeOf(MAX));
    expect(getRoute(cache, routeOf(0))).toBeDefined();
    expect(getRoute(cache, routeOf(1))).toBeUndefined();
  });
});
