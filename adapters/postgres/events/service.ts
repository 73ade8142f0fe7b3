import type { Execute } from "#adapters/postgres/execute.ts";

/** The slugs of all services, by id: there are few. */
export const slugsOf = async (execute: Execute): Promise<ReadonlyMap<string, string>> => {
  const rows = await execute<{ id: string; slug: string }>("select id, slug from service");
  return new Map(rows.map(({ id, slug }) => [id, slug]));
};
