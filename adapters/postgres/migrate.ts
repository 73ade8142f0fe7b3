import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { Client } from "pg";
import * as people from "#adapters/postgres/migrations/0001-people.ts";
import * as routes from "#adapters/postgres/migrations/0002-routes.ts";
import * as traffic from "#adapters/postgres/migrations/0003-traffic.ts";
import * as dispatch from "#adapters/postgres/migrations/0004-dispatch.ts";
import * as idempotency from "#adapters/postgres/migrations/0005-idempotency.ts";
import * as linkReports from "#adapters/postgres/migrations/0006-link-reports.ts";
import * as periods from "#adapters/postgres/migrations/0007-periods.ts";
import * as budgetPlaces from "#adapters/postgres/migrations/0008-budget-places.ts";
import { openDatabase } from "./database.ts";
import type { Schema } from "./schema.ts";

/** In the order in which they are applied; what has been released is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-people": people,
  "0002-routes": routes,
  "0003-traffic": traffic,
  "0004-dispatch": dispatch,
  "0005-idempotency": idempotency,
  "0006-link-reports": linkReports,
  "0007-periods": periods,
  "0008-budget-places": budgetPlaces,
};

/** Any number will do, as long as nobody else in the database uses it. */
const MIGRATION_LOCK = 7_340_291;

/**
 * Brings the schema up to date and answers the names of what was applied. Several at once take turns; a failed migration
 * leaves nothing behind, as each run is one transaction.
 */
export const migrate = async (url: string): Promise<readonly string[]> => {
  const turn = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  turn.on("error", () => {});
  await turn.connect();
  try {
    await turn.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const database = openDatabase(url, { statementTimeoutMs: 0 });
    return await run(database.api).finally(database.close);
  } finally {
    await turn.end();
  }
};

/** The names of what `migrate` would apply; it changes nothing. */
export const pendingMigrations = async (url: string): Promise<readonly string[]> => {
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  try {
    const known = await migratorOf(database.api).getMigrations();
    return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  } finally {
    await database.close();
  }
};

const run = async (db: Kysely<Schema>): Promise<readonly string[]> => {
  const { error, results } = await migratorOf(db).migrateToLatest();
  if (error !== undefined) throw error;
  return results?.map(({ migrationName }) => migrationName) ?? [];
};

const migratorOf = (db: Kysely<Schema>): Migrator =>
  new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
