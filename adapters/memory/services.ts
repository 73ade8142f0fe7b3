import { DEFAULT_SERVICE_ID, type Service } from "#core/domain/service.ts";
import { type NewService, SERVICES_MAX, type ServiceChange, type Services } from "#core/ports/services.ts";
import type { World } from "./world.ts";

export const memoryServices = (world: World): Services => ({
  add: async (service) => add(world, service),
  get: async (id) => world.services.get(id) ?? null,
  change: async (id, change) => changeService(world, id, change),
  remove: async (id) => {
    if (!world.services.has(id)) return "unknown";
    const hasNumbers = world.numbers.values().some(({ serviceId }) => serviceId === id);
    if (id === DEFAULT_SERVICE_ID || hasNumbers) return "in-use";
    world.services.delete(id);
    return "removed";
  },
  current: async () => world.services,
});

const add = (world: World, { at, ...service }: NewService): Service | "slug-in-use" | "too-many" => {
  const known = world.services.get(service.id);
  if (known) return known;
  if (world.services.values().some(({ slug }) => slug === service.slug)) return "slug-in-use";
  if (world.services.size >= SERVICES_MAX) return "too-many";
  const added: Service = { ...service, version: 1, createdAt: at };
  world.services.set(added.id, added);
  return added;
};

const changeService = (
  world: World,
  id: string,
  { version, ...change }: ServiceChange,
): Service | "version-mismatch" | null => {
  const service = world.services.get(id);
  if (!service) return null;
  if (version !== undefined && version !== service.version) return "version-mismatch";
  const changed: Service = { ...service, ...change, version: service.version + 1 };
  world.services.set(id, changed);
  return changed;
};
