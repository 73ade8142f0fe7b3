import { expect, test } from "vitest";
import { createTestDatabase } from "#test/support/test-database.ts";
import { withClient } from "./database-rows.ts";

test("every period has the same indexes, the first one and that of the default table too", async () => {
  const { url, drop } = await createTestDatabase();
  try {
    await withClient(url, async (client) => {
      await client.query("select create_partitions($1)", [Date.UTC(2040, 0, 5)]);
      for (const parent of ["message", "accepted", "message_outcome", "part_receipt"]) {
        const { rows } = await client.query<{ name: string; indexes: readonly string[] }>(
          `select c.relname as name, array_agg(regexp_replace(pg_get_indexdef(x.indexrelid), ' INDEX .* USING', '') order by 1) as indexes
           from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_index x on x.indrelid = c.oid
           where i.inhparent = $1::regclass group by 1`,
          [parent],
        );
        expect(rows.length).toBeGreaterThanOrEqual(4);
        const sorted = rows
          .filter(({ name }) => parent !== "message" || !name.endsWith("_default"))
          .map(({ indexes }) => indexes.toSorted());
        for (const indexes of sorted) expect(indexes).toEqual(sorted[0]);
      }
    });
  } finally {
    await drop();
  }
});
