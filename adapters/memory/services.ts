import { DEFAULT_SERVICE_ID, type Service } from "#core/domain/service.ts";
import { type NewService, SERVICES_MAX, type ServiceChange, type Services } from "#core/ports/services.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryServices = (tables: MemoryTables): Services => ({
  add: async (service) => add(tables, service),
  get: async (id) => tables.services.get(id) ?? null,
  change: async (id, change) => changeService(tables, id, change),
  remove: async (id) => {
    if (!tables.services.has(id)) return "unknown";
    const hasNumbers = tables.numbers.values().some(({ serviceId }) => serviceId === id);
    if (id === DEFAULT_SERVICE_ID || hasNumbers) return "in-use";
    tables.services.delete(id);
    return "removed";
  },
  current: async () => tables.services,
});

const add = (tables: MemoryTables, { at, ...service }: NewService): Service | "slug-in-use" | "too-many" => {
  const known = tables.services.get(service.id);
  if (known) return known;
  if (tables.services.values().some(({ slug }) => slug === service.slug)) return "slug-in-use";
  if (tables.services.size >= SERVICES_MAX) return "too-many";
  const added: Service = { ...service, version: 1, createdAt: at };
  tables.services.set(added.id, added);
  return added;
};

const changeService = (
  tables: MemoryTables,
  id: string,
  { versions, ...change }: ServiceChange,
): Service | "version-mismatch" | null => {
  const service = tables.services.get(id);
  if (!service) return null;
  if (versions && !versions.includes(service.version)) return "version-mismatch";
  const changed: Service = { ...service, ...change, version: service.version + 1 };
  tables.services.set(id, changed);
  return changed;
};
