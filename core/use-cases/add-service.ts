import type { Service } from "#core/domain/service.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NewService, Services } from "#core/ports/services.ts";

export interface AddServicePorts {
  readonly services: Pick<Services, "add">;
  readonly clock: Clock;
}

/** Adds a service. `ids` are those of this request: repeated with the same ids, it is done once. */
export const addService =
  ({ services, clock }: AddServicePorts) =>
  (
    service: Pick<NewService, "slug" | "name" | "rules">,
    ids: Ids,
  ): Promise<Service | "slug-in-use" | "too-many"> =>
    services.add({ ...service, id: ids.next(), at: clock.now() });
