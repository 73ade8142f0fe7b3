import type { Pair, Route } from "#core/domain/route.ts";

/** Routes at hand in this process; the oldest used goes first. About 300 bytes each. */
export const ROUTES_AT_HAND_MAX = 50_000;

export interface RouteCache {
  get(pair: Pair): Route | undefined;
  put(route: Route): void;
  forget(pair: Pair): void;
}

/**
 * Decisions may be made on routes that are a little old, since the write verifies their version. What is not routed is
 * never kept: a conversation may open at any moment.
 */
export const routeCache = (max = ROUTES_AT_HAND_MAX): RouteCache => {
  const routes = new Map<string, Route>();
  return {
    get: (pair) => {
      const key = pairKey(pair);
      const route = routes.get(key);
      // Moving what is used to the end costs two map operations, so it is done only when something must go soon.
      if (route && routes.size > max * 0.9) {
        routes.delete(key);
        routes.set(key, route);
      }
      return route;
    },
    put: (route) => {
      if (routes.size >= max) {
        const oldest = routes.keys().next();
        if (!oldest.done) routes.delete(oldest.value);
      }
      routes.set(pairKey(route), route);
    },
    forget: (pair) => {
      routes.delete(pairKey(pair));
    },
  };
};

export const pairKey = (pair: Pair): string => `${pair.sender}>${pair.virtualNumber}`;
