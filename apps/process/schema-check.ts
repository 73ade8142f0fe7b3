import { pendingMigrations } from "#adapters/postgres/migrate.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { fail, ok } from "#core/result.ts";
import type { Component } from "./components.ts";
import type { DatabasePlace } from "./database.ts";

/** Lets a process start only on a schema that is up to date: changing it is a deliberate step of its own. */
export const schemaCheckComponent = (database: () => DatabasePlace): Component => ({
  name: "the database's schema",
  start: async () => {
    const { url, shown } = database();
    const pending = await pendingMigrations(url).catch((error: unknown) => {
      if (error instanceof StorageUnavailable) return null;
      throw error;
    });
    if (pending === null) return fail(`Cannot reach the database at ${shown}; check DATABASE_URL`);
    if (pending.length === 0) return ok(() => {});
    return fail(
      `Cannot start: the schema of the database lacks ${pending.join(", ")}; run "npm run migrate" first`,
    );
  },
});
