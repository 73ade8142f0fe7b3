import { expect, test } from "vitest";
import { migrate } from "#adapters/postgres/migrate.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import { withClient } from "./database-rows.ts";

test("migrations that start at once apply each step once, and again there is nothing to do", async () => {
  const database = await createTestDatabase();
  try {
    await withClient(database.url, (client) =>
      client.query("drop schema public cascade; create schema public"),
    );
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url)));
    expect(applied.flat().toSorted()).toEqual([
      "0001-people",
      "0002-routes",
      "0003-traffic",
      "0004-dispatch",
      "0005-idempotency",
    ]);
    expect(await migrate(database.url)).toEqual([]);
  } finally {
    await database.drop();
  }
});
