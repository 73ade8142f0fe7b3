import type { Route } from "#core/domain/route.ts";

/** Routes at hand in this process at most. About 300 bytes each. */
export const ROUTES_AT_HAND_MAX = 100_000;

export interface RouteCache {
  get(sender: string, virtualNumber: string): Route | undefined;
  put(route: Route): void;
  forget(sender: string, virtualNumber: string): void;
}

/**
 * Decisions may be made on routes that are a little old, since the write verifies their version. What is not routed is
 * never kept: a conversation may open at any moment.
 *
 * In two generations: when the younger one is full, the older one goes, and with it what was not used since it began. So nothing need be
 * moved about when a route is used.
 */
export const routeCache = (max = ROUTES_AT_HAND_MAX): RouteCache => {
  let younger = new Map<string, Route>();
  let older = new Map<string, Route>();

  const keep = (key: string, route: Route): void => {
    if (younger.size >= max / 2) {
      older = younger;
      younger = new Map();
    }
    younger.set(key, route);
  };

  return {
    get: (sender, virtualNumber) => {
      const key = keyOf(sender, virtualNumber);
      const known = younger.get(key);
      if (known) return known;
      const route = older.get(key);
      if (route) keep(key, route);
      return route;
    },
    put: (route) => keep(keyOf(route.sender, route.virtualNumber), route),
    forget: (sender, virtualNumber) => {
      const key = keyOf(sender, virtualNumber);
      younger.delete(key);
      older.delete(key);
    },
  };
};

const keyOf = (sender: string, virtualNumber: string): string => `${sender}>${virtualNumber}`;
