import type { MemoryTables } from "#adapters/memory/tables.ts";
import { optOutOf } from "#adapters/memory/wishes-that-hold.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { Broken } from "./broken.ts";
import type { Wishes } from "./wishes.ts";

/** Whoever wanted no texts when the backup was taken wants none now; what was wished later is lost with the rest. */
export const mustKeepWishes = (
  stored: MemoryTables,
  wishes: Wishes,
  services: ReadonlySet<string>,
  people: ReadonlySet<string>,
): void => {
  for (const serviceId of services)
    for (const number of people) {
      const isOut = optOutOf(stored, serviceId, number as Msisdn) !== null;
      if (isOut !== (wishes.optOuts.since(serviceId, number) !== null))
        throw new Broken("opt-out", "a restore has brought back other wishes than there were");
    }
};
