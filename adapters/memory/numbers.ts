import type { Msisdn } from "#core/domain/msisdn.ts";
import { drainedEvent, releasedEvent, rentedEvent } from "#core/domain/number-events.ts";
import type { PoolNumber } from "#core/domain/number-pool.ts";
import type { Clock } from "#core/ports/clock.ts";
import {
  type FailedNumber,
  type FailedNumbers,
  type NewNumber,
  type Numbers,
  PLACE_TTL_MS,
  type VirtualNumber,
} from "#core/ports/numbers.ts";
import { log } from "./event-log.ts";
import { poolsAt } from "./pools.ts";
import { isQuarantined } from "./quarantined.ts";
import { currentRoutes } from "./routes.ts";
import { sliceOf } from "./slices.ts";
import type { MemoryTables, NumberRow } from "./tables.ts";

export const memoryNumbers = (tables: MemoryTables, clock: Clock): Numbers => {
  const view = (row: NumberRow): VirtualNumber => ({ ...row, ...usesOf(tables, row.number, clock.now()) });
  const add = (number: NewNumber): VirtualNumber | "participant" =>
    isSomebodys(tables, number.number) ? "participant" : view(addOnce(tables, number));
  const countIn = (country: string): number =>
    tables.numbers.values().reduce((sum, row) => sum + +(row.country === country), 0);
  return {
    add: async (number) => add(number),
    get: async (number) => {
      const row = tables.numbers.get(number);
      return row ? view(row) : null;
    },
    list: async (wanted, page) =>
      sliceOf(
        tables.numbers
          .values()
          .filter(({ serviceId }) => wanted === null || serviceId === wanted)
          .map(view),
        page,
        ({ number }) => numberKey(number),
      ),
    pools: async (now) => poolsAt(tables, now),
    keepPools: async (count) => {
      if (count.at > (tables.poolCount?.at ?? Number.NEGATIVE_INFINITY)) tables.poolCount = count;
    },
    keptPools: async () => tables.poolCount,
    drain: async (number) => {
      const row = tables.numbers.get(number);
      if (!row) return null;
      // breakage: tell-of-each-drain
      if (row.state !== "draining") log(tables, drainedEvent(row, clock.now()));
      const drained: NumberRow = { ...row, state: "draining" };
      tables.numbers.set(number, drained);
      return view(drained);
    },
    remove: async (number, now) => {
      const { liveRoutes, quarantinedRoutes } = usesOf(tables, number, now);
      const row = tables.numbers.get(number);
      if (!row) return "unknown";
      if (liveRoutes + quarantinedRoutes > 0) return "in-use";
      tables.numbers.delete(number);
      log(tables, releasedEvent(row, now));
      return "removed";
    },
    usedAt: async (number, since) => lastUseOf(tables, number, since),
    ownAmong: async (numbers) =>
      new Map(
        numbers.flatMap((number) => {
          const row = tables.numbers.get(number);
          return row ? [[number, row.serviceId] as const] : [];
        }),
      ),
    failures: async (since) => failuresSince(tables, since),
    reservePlace: async ({ id, country, budget }) => {
      const now = clock.now();
      for (const [key, place] of tables.budgetPlaces)
        if (place.expiresAt <= now) tables.budgetPlaces.delete(key);
      const reserved = tables.budgetPlaces.values().filter((place) => place.country === country);
      if (countIn(country) + [...reserved].length >= budget) return false;
      tables.budgetPlaces.set(id, { country, expiresAt: now + PLACE_TTL_MS });
      return true;
    },
    confirmPlace: async (id, number) => {
      const added = add(number);
      if (added !== "participant") tables.budgetPlaces.delete(id);
      return added;
    },
    releasePlace: async (id) => {
      tables.budgetPlaces.delete(id);
    },
  };
};

/** The numbers that may be given to new conversations of a service. */
export const poolNumbers = (tables: MemoryTables, wanted: string): readonly PoolNumber[] => {
  const live = new Map<Msisdn, number>();
  for (const { virtualNumber, closedAt } of currentRoutes(tables)) {
    if (closedAt === null) live.set(virtualNumber, (live.get(virtualNumber) ?? 0) + 1);
  }
  return [...tables.numbers.values()]
    .filter(
      ({ serviceId, state, features }) =>
        serviceId === wanted && state !== "draining" && features.includes("SMS"),
    )
    .map(({ number, country, state }) => ({
      ...{ number, country, liveRoutes: live.get(number) ?? 0 },
      ...(state === "reserved" && { isReserved: true }),
    }));
};

const failuresSince = (tables: MemoryTables, since: number): FailedNumbers => {
  const failed = new Map<string, FailedNumber>();
  for (const { outbound, outcome, receivedAt } of tables.messages.values()) {
    const isFailed = outcome?.state === "failed" || outcome?.state === "expired";
    if (!isFailed || outbound === null || receivedAt < since) continue;
    const { code = "unknown", detail = "" } = outcome.failure ?? {};
    const key = `${outbound.source} ${code}`;
    const known = failed.get(key) ?? { number: outbound.source, code, detail, count: 0, lastAt: 0 };
    failed.set(key, { ...known, count: known.count + 1, lastAt: Math.max(known.lastAt, outcome.at) });
  }
  return { failed: [...failed.values()], isCut: false };
};

const lastUseOf = (tables: MemoryTables, number: Msisdn, since: number): number | null => {
  const routes = [...currentRoutes(tables)].filter(({ virtualNumber }) => virtualNumber === number);
  const texts = tables.messages
    .values()
    .filter(
      ({ receivedAt, conversationId, senderId, stranger }) =>
        receivedAt > since &&
        (stranger
          ? stranger.to === number
          : routes.some((route) => route.conversationId === conversationId && route.senderId === senderId)),
    )
    .map(({ receivedAt }) => receivedAt);
  const ends = routes.flatMap(({ quarantinedUntil }) => quarantinedUntil ?? []);
  const uses = [...ends, ...texts];
  return uses.length === 0 ? null : Math.max(...uses);
};

const addOnce = (tables: MemoryTables, number: NewNumber): NumberRow => {
  const known = tables.numbers.get(number.number);
  // breakage: rent-again
  if (known) return known;
  const row: NumberRow = { ...number, state: number.state ?? "active" };
  tables.numbers.set(number.number, row);
  log(tables, rentedEvent(number, number.at));
  return row;
};

const isSomebodys = (tables: MemoryTables, number: Msisdn): boolean =>
  tables.conversations.values().some(({ participants }) => participants.some((one) => one.number === number));

const usesOf = (
  tables: MemoryTables,
  number: Msisdn,
  now: number,
): Pick<VirtualNumber, "liveRoutes" | "quarantinedRoutes"> => {
  const routes = [...currentRoutes(tables)].filter(({ virtualNumber }) => virtualNumber === number);
  return {
    liveRoutes: routes.filter(({ closedAt }) => closedAt === null).length,
    quarantinedRoutes: routes.filter((route) => isQuarantined(route, now)).length,
  };
};

/** Numbers in numeric order. */
const numberKey = (number: Msisdn): string => number.padStart(15, "0");
