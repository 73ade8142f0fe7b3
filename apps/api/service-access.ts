import { findService } from "#core/use-cases/find-service.ts";
import type { ApiClient } from "./authentication.ts";
import type { ApiOptions, ApiPorts } from "./context.ts";
import type { Endpoint } from "./endpoint.ts";
import { readServiceName } from "./public-ids.ts";
import { type ApiUseCases, apiUseCases } from "./use-cases.ts";
import { storageWithin } from "./within-service.ts";

/** What a key can ask for: everything, or what is of its service. */
export interface Access {
  readonly useCases: ApiUseCases;
  readonly calls: readonly Endpoint[];
}

export interface ServiceAccess {
  /** Of a key for all services. */
  readonly everywhere: Access;
  /** Null: the key's service does not exist. */
  of(client: Pick<ApiClient, "service">): Promise<Access | null>;
}

/** There are at most as many as keys. */
export const serviceAccess = (
  ports: ApiPorts,
  options: ApiOptions,
  callsOf: (useCases: ApiUseCases) => readonly Endpoint[],
): ServiceAccess => {
  const accessTo = (storage: ApiPorts["storage"], own: string | null): Access => {
    const useCases = apiUseCases({ ...ports, storage }, options, own);
    return { useCases, calls: callsOf(useCases) };
  };
  const everywhere = accessTo(ports.storage, null);
  const known = new Map<string, Access>();
  const find = findService(ports.storage);
  return {
    everywhere,
    of: async ({ service }) => {
      if (service === null) return everywhere;
      const found = await find(readServiceName(service));
      if (!found) return null;
      const access = known.get(found.id) ?? accessTo(storageWithin(ports.storage, found.id), found.id);
      known.set(found.id, access);
      return access;
    },
  };
};
