import { poolNeeds } from "#core/domain/pool-need.ts";
import type { PoolCount } from "#core/ports/numbers.ts";
import { isQuarantined } from "./quarantined.ts";
import { currentRoutes } from "./routes.ts";
import type { MemoryTables, NumberRow } from "./tables.ts";

const keyOf = ({ serviceId, country }: Pick<NumberRow, "serviceId" | "country">): string =>
  `${serviceId} ${country}`;

export const poolsAt = (tables: MemoryTables, now: number): readonly PoolCount[] => {
  const held = [...currentRoutes(tables)].flatMap((route) => {
    const number = tables.numbers.get(route.virtualNumber);
    const isHeld = route.closedAt === null || isQuarantined(route, now);
    return number && isHeld ? [{ ...route, pool: keyOf(number) }] : [];
  });
  const needs = poolNeeds(held);
  return [...Map.groupBy(tables.numbers.values(), keyOf)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([pool, numbers]) => {
      const routes = held.filter((route) => route.pool === pool);
      const live = routes.filter(({ closedAt }) => closedAt === null).length;
      const { minimum = 0, boundBy = null } = needs.get(pool) ?? {};
      const newest = routes
        .filter(({ sender }) => sender === boundBy)
        .toSorted((a, b) => b.openedAt - a.openedAt)[0];
      return {
        serviceId: numbers[0]!.serviceId,
        country: numbers[0]!.country,
        active: numbers.filter(({ state }) => state === "active").length,
        draining: numbers.filter(({ state }) => state === "draining").length,
        reserved: numbers.filter(({ state }) => state === "reserved").length,
        liveRoutes: live,
        quarantinedRoutes: routes.length - live,
        minimum,
        boundBy: newest?.senderId ?? null,
      };
    });
};
