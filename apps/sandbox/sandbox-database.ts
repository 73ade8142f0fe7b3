import { migrate } from "#adapters/postgres/migrate.ts";
import { markForSandbox } from "#adapters/postgres/sandbox-mark.ts";
import type { Component } from "#apps/process/components.ts";
import type { DatabasePlace } from "#apps/process/database.ts";
import type { Journal } from "#core/ports/journal.ts";
import { fail, ok } from "#core/result.ts";

/** Brings the schema of the sandbox's own database up to date. A database that no sandbox has made is refused untouched. */
export const sandboxSchemaComponent = (
  database: () => DatabasePlace,
  journal: Pick<Journal, "schemaMigrated">,
): Component => ({
  name: "the database's schema",
  start: async () => {
    const { url, shown } = database();
    if ((await markForSandbox(url)) === "foreign")
      return fail(
        `Cannot use the database ${shown}: no sandbox has made it; give an empty one in SANDBOX_DATABASE_URL, or another DATA_DIR`,
      );
    const applied = await migrate(url);
    if (applied.length > 0) journal.schemaMigrated({ migrations: applied.length });
    return ok(() => {});
  },
});
