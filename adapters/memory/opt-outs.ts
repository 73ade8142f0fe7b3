import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";
import type { MemoryTables } from "./tables.ts";
import { carryOut, type NewWish } from "./wishes.ts";
import { optOutOf } from "./wishes-that-hold.ts";

const BY_PLATFORM: Omit<NewWish, "kind" | "serviceId" | "number" | "at"> = {
  ...{ source: "api" as const, word: null, scope: "service" as const, virtualNumber: null },
  ...{ other: null, isConfirmed: false },
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
    put: async (serviceId, number, at) => {
      carryOut(tables, { ...BY_PLATFORM, kind: "stop", serviceId, number, at });
      return get(serviceId, number)!;
    },
    remove: async (serviceId, number, at) =>
      carryOut(tables, { ...BY_PLATFORM, kind: "start", serviceId, number, at }),
    wishes: async (serviceId, number) =>
      tables.wishes
        .filter((wish) => wish.serviceId === serviceId && wish.number === number)
        .map(({ serviceId: _, number: __, ...wish }) => wish),
  };
};
