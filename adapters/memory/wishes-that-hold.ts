import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOutRow, World } from "./world.ts";

export const optOutKey = (serviceId: string, number: Msisdn): string => `${serviceId} ${number}`;

/** What holds in a service: what was said there, else what was said elsewhere for all. */
export const optOutOf = (world: World, serviceId: string, number: Msisdn): OptOutRow | null => {
  const own = world.optOuts.get(optOutKey(serviceId, number));
  if (own) return own.holds ? own : null;
  // breakage: stop-all-in-one-service
  return elsewhereForAll(world, serviceId, number);
};

export const elsewhereForAll = (world: World, serviceId: string, number: Msisdn): OptOutRow | null =>
  world.optOuts
    .values()
    .find(
      (row) => row.number === number && row.serviceId !== serviceId && row.holds && row.scope === "all",
    ) ?? null;
