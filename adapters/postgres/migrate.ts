import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { Client } from "pg";
import { beginEra, pendingEra } from "#adapters/postgres/events/era.ts";
import * as baseline from "#adapters/postgres/migrations/0001-baseline.ts";
import { openDatabase } from "./database.ts";
import type { Schema } from "./schema.ts";

/** In the order in which they are applied; what has been released is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = { "0001-baseline": baseline };

/** Of all that a database can have had applied, in that order. */
export const migrationNames: readonly string[] = Object.keys(MIGRATIONS);

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
    return await run(database.cold).finally(database.close);
  } finally {
    await turn.end();
  }
};

/** The names of what `migrate` would apply; it changes nothing. */
export const pendingMigrations = async (url: string): Promise<readonly string[]> => {
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  return pendingIn(database.cold).finally(database.close);
};

/** The same over connections that are there. */
export const pendingIn = async (db: Kysely<Schema>): Promise<readonly string[]> => {
  const known = await migratorOf(db).getMigrations();
  const pending = known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  if (pending.length > 0) return pending;
  const era = await pendingEra(db);
  return era === null ? [] : [nameOfEra(era)];
};

/** How the era of the log of events is called among the migrations. */
const nameOfEra = (era: number): string => `event-era-${era}`;

const run = async (db: Kysely<Schema>): Promise<readonly string[]> => {
  const { error, results } = await migratorOf(db).migrateToLatest();
  if (error !== undefined) throw error;
  const applied = results?.map(({ migrationName }) => migrationName) ?? [];
  const era = await beginEra(db);
  return era === null ? applied : [...applied, nameOfEra(era)];
};

const migratorOf = (db: Kysely<Schema>): Migrator =>
  new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
