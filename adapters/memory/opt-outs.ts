import type { Msisdn } from "#core/domain/msisdn.ts";
import type { ListedOptOut, OptOut, OptOuts } from "#core/ports/opt-outs.ts";
import { sliceOf, timeKey } from "./slices.ts";
import type { MemoryTables, OptOutRow } from "./tables.ts";
import { carryOut, type NewWish } from "./wishes.ts";
import { optOutKey, optOutOf } from "./wishes-that-hold.ts";

const BY_PLATFORM: Omit<NewWish, "kind" | "serviceId" | "number" | "at" | "scope"> = {
  ...{ source: "api" as const, word: null, virtualNumber: null },
  ...{ block: null, isConfirmed: false },
};

export const memoryOptOuts = (tables: MemoryTables): OptOuts => {
  const get = (wanted: string, number: Msisdn): OptOut | null => {
    const row = optOutOf(tables, wanted, number);
    if (!row) return null;
    const { since, source, word, scope } = row;
    // Which number somebody texted is no business of another service.
    const virtualNumber = row.serviceId === wanted ? row.virtualNumber : null;
    return { number, since, source, word, scope, virtualNumber };
  };
  return {
    get: async (serviceId, number) => get(serviceId, number),
    put: async (serviceId, number, at, scope = "service") => {
      carryOut(tables, { ...BY_PLATFORM, kind: "stop", serviceId, number, at, scope });
      return get(serviceId, number)!;
    },
    remove: async (serviceId, number, at) =>
      carryOut(tables, { ...BY_PLATFORM, kind: "start", serviceId, number, at, scope: "service" }),
    list: async (serviceId, page) => {
      const { items, next } = sliceOf(rowsIn(tables, serviceId), page, (row) =>
        timeKey(row.since, optOutKey(row.serviceId, row.number)),
      );
      return { items: items.map((row) => listed(row, serviceId)), next };
    },
    wishes: async (serviceId, number) =>
      tables.wishes
        .filter((wish) => wish.serviceId === serviceId && wish.number === number)
        .map(({ serviceId: _, number: __, ...wish }) => wish),
  };
};

const rowsIn = (tables: MemoryTables, serviceId: string | null): readonly OptOutRow[] => {
  const holding = [...tables.optOuts.values()].filter(({ holds }) => holds);
  if (serviceId === null) return holding;
  const numbers = [...new Set(holding.map(({ number }) => number))];
  return numbers.flatMap((number) => optOutOf(tables, serviceId, number) ?? []);
};

const listed = (row: OptOutRow, wanted: string | null): ListedOptOut => {
  const { number, since, source, word, scope } = row;
  const isOwn = wanted === null || row.serviceId === wanted;
  return {
    ...{ number, since, source, word, scope },
    serviceId: wanted ?? row.serviceId,
    virtualNumber: isOwn ? row.virtualNumber : null,
  };
};
