import { setTimeout as pause } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { Client } from "pg";
import { beginEra, pendingEra } from "#adapters/postgres/events/era.ts";
import * as baseline from "#adapters/postgres/migrations/0001-baseline.ts";
import * as people from "#adapters/postgres/migrations/0002-expand-people.ts";
import * as numberUse from "#adapters/postgres/migrations/0003-expand-number-use.ts";
import * as limits from "#adapters/postgres/migrations/0004-expand-limits.ts";
import * as sums from "#adapters/postgres/migrations/0005-expand-sums.ts";
import * as toldLinks from "#adapters/postgres/migrations/0006-expand-told-links.ts";
import * as eras from "#adapters/postgres/migrations/0007-expand-eras.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { openDatabase } from "./database.ts";
import type { Schema } from "./schema.ts";

export type Migrations = Readonly<Record<string, Migration>>;

/**
 * In the order in which they are applied; what has been released is never changed. One that comes later is named `0002-expand-…` when it only
 * adds, so that the version before can go on working, and `0003-contract-0002-…` when it takes away what 0002 has replaced.
 */
const MIGRATIONS: Migrations = {
  "0001-baseline": baseline,
  "0002-expand-people": people,
  "0003-expand-number-use": numberUse,
  "0004-expand-limits": limits,
  "0005-expand-sums": sums,
  "0006-expand-told-links": toldLinks,
  "0007-expand-eras": eras,
};

/** Of all that a database can have had applied, in that order. */
export const migrationNames: readonly string[] = Object.keys(MIGRATIONS);

/** Any number will do, as long as nobody else in the database uses it. */
const MIGRATION_LOCK = 7_340_291;

/** Whoever comes behind a migration that waits for a table waits as long as it does: it gives up soon, and comes again. */
const LOCK_TIMEOUT_MS = 1_000;
const TRIES = 120;
const RETRY_MS = 1_000;

/**
 * Brings the schema up to date, while processes work, and answers the names of what was applied. Several at once take turns; a failed
 * migration leaves nothing behind, as each run is one transaction. A schema that has more than this version knows stays as it is. `more`:
 * migrations of a later version, for tests.
 */
export const migrate = async (url: string, more: Migrations = {}): Promise<readonly string[]> => {
  const turn = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  turn.on("error", () => {});
  await turn.connect();
  try {
    await turn.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const database = openDatabase(url, { statementTimeoutMs: 0, lockTimeoutMs: LOCK_TIMEOUT_MS });
    return await run(database.cold, { ...MIGRATIONS, ...more }).finally(database.close);
  } finally {
    await turn.end();
  }
};

/** The names of what `migrate` would apply; it changes nothing. */
export const pendingMigrations = async (url: string): Promise<readonly string[]> => {
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  return pendingIn(database.cold).finally(database.close);
};

/** What keeps a process of this version from this schema; null: nothing does. */
export type SchemaProblem =
  | { readonly kind: "outdated"; readonly lacks: readonly string[] }
  | { readonly kind: "newer"; readonly contractedBy: string };

/** A schema must have at least what this version knows: what a later one has added is no problem. */
export const checkSchema = async (url: string): Promise<SchemaProblem | null> => {
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  try {
    const lacks = await pendingIn(database.cold);
    if (lacks.length > 0) return { kind: "outdated", lacks };
    const by = await contractedBy(database.cold);
    return by === null ? null : { kind: "newer", contractedBy: by };
  } finally {
    await database.close();
  }
};

/** Of what this version knows, over connections that are there. */
export const pendingIn = async (db: Kysely<Schema>): Promise<readonly string[]> => {
  const known = await migratorOf(db).getMigrations();
  const pending = known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  if (pending.length > 0) return pending;
  const era = await pendingEra(db);
  return era === null ? [] : [nameOfEra(era)];
};

/** How the era of the log of events is called among the migrations. */
const nameOfEra = (era: number): string => `event-era-${era}`;

/** The migration that has taken away what this version needs; null: there is none. */
export const contractedBy = async (db: Kysely<Schema>): Promise<string | null> => {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name).find((name) => takesAwayFrom(migrationNames, name)) ?? null;
};

/** `0003-contract-0002-…` takes away what 0002 has replaced: from all that do not know 0002. */
const CONTRACTS = /^\d{4}-contract-(?<replacement>\d{4})-/;

/** Whether the migration `name` takes from a version that knows these what it needs. Others that it does not know only add. */
export const takesAwayFrom = (known: readonly string[], name: string): boolean => {
  const { replacement } = CONTRACTS.exec(name)?.groups ?? {};
  return replacement !== undefined && !known.some((each) => each.startsWith(`${replacement}-`));
};

const run = async (db: Kysely<Schema>, migrations: Migrations): Promise<readonly string[]> => {
  const applied = await patiently(db, migrations);
  const era = await beginEra(db);
  return era === null ? applied : [...applied, nameOfEra(era)];
};

const patiently = async (db: Kysely<Schema>, migrations: Migrations): Promise<readonly string[]> => {
  const migrator = migratorOf(db, migrations);
  for (let tries = 1; ; tries += 1) {
    const known = await migrator.getMigrations();
    if (known.every(({ executedAt }) => executedAt !== undefined)) return [];
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error === undefined) return results.map(({ migrationName }) => migrationName);
    if (!(error instanceof StorageUnavailable) || tries === TRIES) throw error;
    await pause(RETRY_MS);
  }
};

const migratorOf = (db: Kysely<Schema>, migrations: Migrations = MIGRATIONS): Migrator =>
  new Migrator({ db, provider: { getMigrations: async () => migrations } });
