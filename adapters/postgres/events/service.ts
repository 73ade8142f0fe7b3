import type { Execute } from "#adapters/postgres/execute.ts";
import type { NewEvent } from "#core/domain/event.ts";
import { DEFAULT_SERVICE_SLUG } from "#core/domain/service.ts";

/** How the slugs of events are found. There are few services; one that has gone is told by its id, which nobody else has. */
export const slugsOf = async (execute: Execute): Promise<(event: NewEvent) => string> => {
  const rows = await execute<{ id: string; slug: string }>("select id, slug from service");
  const slugs = new Map(rows.map(({ id, slug }) => [id, slug]));
  return ({ serviceId }) => (serviceId === null ? DEFAULT_SERVICE_SLUG : (slugs.get(serviceId) ?? serviceId));
};
