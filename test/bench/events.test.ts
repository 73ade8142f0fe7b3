import { expect, test } from "vitest";
import { createTestDatabase } from "#test/support/test-database.ts";
import { runEvents } from "./parts/event-run.ts";

/** The long form, with 100,000 events, is `npm run bench -- events`. */
test("readers are told everything that four processes write, once and in order, also of the two that are killed", async () => {
  const database = await createTestDatabase();
  try {
    const { events, problems } = await runEvents({
      ...{ url: database.url, writers: 4, killed: 2, batches: 10, size: 40, readers: [7, 100, 1_000] },
    });
    expect(problems).toEqual([]);
    // Those that were killed wrote half of theirs at least.
    expect(events).toBeGreaterThan(3 * 40 * 10 * 3);
  } finally {
    await database.drop();
  }
});
