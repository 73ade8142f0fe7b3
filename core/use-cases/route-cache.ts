import type { Route } from "#core/domain/route.ts";

/** Routes at hand in this process; the oldest used goes first. About 300 bytes each. */
export const ROUTES_AT_HAND_MAX = 50_000;

export interface RouteCache {
  get(sender: string, virtualNumber: string): Route | undefined;
  put(route: Route): void;
  forget(sender: string, virtualNumber: string): void;
}

/**
 * Decisions may be made on routes that are a little old, since the write verifies their version. What is not routed is
 * never kept: a conversation may open at any moment.
 */
export const routeCache = (max = ROUTES_AT_HAND_MAX): RouteCache => {
  const routes = new Map<string, Route>();
  return {
    get: (sender, virtualNumber) => {
      const key = keyOf(sender, virtualNumber);
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
      routes.set(keyOf(route.sender, route.virtualNumber), route);
    },
    forget: (sender, virtualNumber) => {
      routes.delete(keyOf(sender, virtualNumber));
    },
  };
};

const keyOf = (sender: string, virtualNumber: string): string => `${sender}>${virtualNumber}`;
