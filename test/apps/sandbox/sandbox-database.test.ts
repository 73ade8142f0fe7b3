import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "#adapters/postgres/migrate.ts";
import { openJournal } from "#apps/process/journal.ts";
import { sandboxSchemaComponent } from "#apps/sandbox/sandbox-database.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";

let deployment: TestDatabase;

beforeAll(async () => {
  deployment = await createTestDatabase();
});
afterAll(() => deployment.drop());

const journal = openJournal({ name: "test", level: "silent" });
const start = (url: string) => sandboxSchemaComponent(() => ({ url, shown: "here" }), journal).start();

const query = async (url: string, text: string): Promise<readonly unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

const TABLES = "select tablename from pg_tables where schemaname = 'public' order by tablename";

test("a database with tables that no sandbox has made is refused in one line, and left as it is", async () => {
  await migrate(deployment.url);
  const before = await query(deployment.url, TABLES);
  expect(await start(deployment.url)).toEqual({
    ok: false,
    error: expect.stringMatching(
      /^Cannot use the database here: no sandbox has made it; .*SANDBOX_DATABASE_URL/,
    ),
  });
  expect(await query(deployment.url, TABLES)).toEqual(before);
});

test("an empty database becomes a sandbox's own, and is taken again at the next start", async () => {
  await query(deployment.url, "drop schema public cascade");
  await query(deployment.url, "create schema public");
  for (let i = 0; i < 2; i += 1) expect((await start(deployment.url)).ok).toBe(true);
  expect(await query(deployment.url, TABLES)).toContainEqual({ tablename: "sandbox_mark" });
});
