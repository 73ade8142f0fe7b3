import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import {
  checkSchema,
  type Migrations,
  migrate,
  migrationNames,
  takesAwayFrom,
} from "#adapters/postgres/migrate.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { withClient } from "./database-rows.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Migrations that a later version could have. */
const changing = (name: string, statement: string): Migrations => ({
  [name]: { up: async (db) => void (await sql.raw(statement).execute(db)) },
});
const EXPANSION = changing("0900-expand-note", "alter table message add column note text");
const CONTRACTION = changing("0901-contract-0900-texted", "alter table message drop column texted");

test("migrations that start at once apply each step once, and again there is nothing to do", async () => {
  await withClient(database.url, (client) =>
    client.query("drop schema public cascade; create schema public"),
  );
  expect(await checkSchema(database.url)).toMatchObject({ kind: "outdated", lacks: migrationNames });
  const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url)));
  const steps = applied.flat();
  expect(steps).toContain("0001-baseline");
  expect(steps).toEqual([...new Set(steps)].toSorted());
  expect(applied.filter((each) => each.length > 0)).toHaveLength(1);
  expect(await migrate(database.url)).toEqual([]);
});

test("a migration says by its name whether the version before it can work beside it", () => {
  for (const name of migrationNames.slice(1)) expect(name).toMatch(/^\d{4}-(expand|contract-\d{4})-[a-z-]+$/);
  const contraction = "0003-contract-0002-texted";
  expect(takesAwayFrom(["0001-baseline"], contraction)).toBe(true);
  expect(takesAwayFrom(["0001-baseline", "0002-expand-note"], contraction)).toBe(false);
  expect(takesAwayFrom(["0001-baseline"], "0002-expand-note")).toBe(false);
});

test("a schema with more than a version knows will do for it, until something is taken away", async () => {
  const storage = postgresStorage({
    url: database.url,
    keyring: keyring([randomBytes(32)]),
    clock: systemClock,
  });
  try {
    expect(await migrate(database.url, EXPANSION)).toEqual(["0900-expand-note"]);
    expect(await checkSchema(database.url)).toBeNull();
    expect(await storage.problem()).toBeNull();
    // The migrations of the version before find nothing to do.
    expect(await migrate(database.url)).toEqual([]);
    await migrate(database.url, { ...EXPANSION, ...CONTRACTION });
    expect(await checkSchema(database.url)).toEqual({
      kind: "newer",
      contractedBy: "0901-contract-0900-texted",
    });
    expect(await storage.problem()).toBe("newer-schema");
  } finally {
    await storage.close();
  }
});

test("a migration that waits for somebody's transaction lets others pass, and is made when that has ended", async () => {
  const reader = new Client(database.url);
  await reader.connect();
  try {
    await reader.query("begin; select from message limit 1");
    const migrated = migrate(database.url, EXPANSION);
    await withClient(database.url, async (client) => {
      const isWaitedFor = async (): Promise<boolean> => {
        const { rows } = await client.query(
          "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        );
        return rows.length > 0;
      };
      await expect.poll(isWaitedFor, { timeout: 30_000 }).toBe(true);
      // It would wait for the migration, and that for the reader, who does not end before.
      await client.query("select from message limit 1");
    });
    await reader.query("commit");
    expect(await migrated).toEqual(["0900-expand-note"]);
  } finally {
    await reader.end();
  }
});
