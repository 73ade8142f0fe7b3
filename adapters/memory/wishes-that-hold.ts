import type { Msisdn } from "#core/domain/msisdn.ts";
import type { MemoryTables, OptOutRow } from "./tables.ts";

export const optOutKey = (serviceId: string, number: Msisdn): string => `${serviceId} ${number}`;

/** What holds in a service: what was said there, else what was said elsewhere for all. */
export const optOutOf = (tables: MemoryTables, serviceId: string, number: Msisdn): OptOutRow | null => {
  const own = tables.optOuts.get(optOutKey(serviceId, number));
  if (own) return own.holds ? own : null;
  // breakage: stop-all-in-one-service
  return elsewhereForAll(tables, serviceId, number);
};

export const elsewhereForAll = (tables: MemoryTables, serviceId: string, number: Msisdn): OptOutRow | null =>
  tables.optOuts
    .values()
    .find(
      (row) => row.number === number && row.serviceId !== serviceId && row.holds && row.scope === "all",
    ) ?? null;
