import { exhaustedPool } from "#core/domain/pool-changes.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";
import type { RentMore } from "./choose-again.ts";

export interface TellExhaustedPoolPorts {
  readonly events: Pick<Events, "tellChanges">;
  readonly clock: Clock;
}

/** Where no number is rented for who needs one, the outside is told that the pool is exhausted: once, until there are numbers again. */
export const tellExhaustedPool =
  ({ events, clock }: TellExhaustedPoolPorts, rentMore: RentMore): RentMore =>
  async (country, serviceId) => {
    const hasRented = await rentMore(country, serviceId);
    if (!hasRented) await events.tellChanges([exhaustedPool({ serviceId, country }, clock.now())]);
    return hasRented;
  };
