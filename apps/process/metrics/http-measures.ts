import type { Registry } from "prom-client";
import { type Buckets, createBuckets } from "#core/structures/buckets.ts";
import { counter, histogram } from "./metric-kinds.ts";

/** Requests that were answered, by route and status. */
export interface HttpMeasures {
  /** `route`: as it was declared, never an address. */
  answered(route: string, status: number, ms: number): void;
  counts(): readonly { readonly route: string; readonly status: string; readonly count: number }[];
  readonly seconds: Buckets;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const createHttpMeasures = (): HttpMeasures => {
  const routes = new Map<string, Map<number, { count: number }>>();
  const seconds = createBuckets(SECONDS);
  const countOf = (route: string, status: number): { count: number } => {
    const statuses = routes.get(route) ?? new Map<number, { count: number }>();
    routes.set(route, statuses);
    const count = statuses.get(status) ?? { count: 0 };
    statuses.set(status, count);
    return count;
  };
  return {
    answered: (route, status, ms) => {
      const known = routes.get(route)?.get(status) ?? countOf(route, status);
      known.count += 1;
      seconds.observe(ms / 1_000);
    },
    counts: () =>
      [...routes].flatMap(([route, statuses]) =>
        [...statuses].map(([status, { count }]) => ({ route, status: String(status), count })),
      ),
    seconds,
  };
};

export const httpMetrics = (registry: Registry, measures: HttpMeasures): void => {
  counter(registry, "http_requests", "Requests that were answered", ["route", "status"], () =>
    measures.counts().map(({ count, ...labels }) => [labels, count] as const),
  );
  histogram(registry, "http_request_seconds", "From a request to its answer", measures.seconds);
};
