import { DEFAULT_SERVICE_ID, type Service } from "#core/domain/service.ts";
import type { Services } from "#core/ports/services.ts";

/** How a service is named: by its id or its slug. */
export type ServiceName = { readonly id: string } | { readonly slug: string };

export type FindService = (name: ServiceName | null) => Promise<Service | null>;

/** The service of a name; without one (null) the default one, or the only one that there is to see (`own`). */
export const findService =
  ({ services }: { readonly services: Pick<Services, "current"> }, own: string | null = null): FindService =>
  async (name) => {
    const all = await services.current();
    if (name === null) return all.get(own ?? DEFAULT_SERVICE_ID) ?? null;
    if ("id" in name) return all.get(name.id) ?? null;
    for (const service of all.values()) if (service.slug === name.slug) return service;
    return null;
  };
