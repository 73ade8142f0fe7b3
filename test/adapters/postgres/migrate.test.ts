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
    const steps = applied.flat();
    expect(steps).toContain("0001-baseline");
    expect(steps).toEqual([...new Set(steps)].toSorted());
    expect(applied.filter((each) => each.length > 0)).toHaveLength(1);
    expect(await migrate(database.url)).toEqual([]);
  } finally {
    await database.drop();
  }
});
