import type { Client } from "pg";
import { withClient } from "./database.ts";

/** All rows of a table, column by column, as texts. */
interface TableRows {
  readonly insert: string;
  readonly columns: readonly (readonly (string | null)[])[];
}

/** In the order in which they are written. */
const TABLES = ["conversation", "participant", "route", "message", "queue"];

/** What opening conversations wrote, to be written again by plain batched SQL. */
export const openedRows = (url: string): Promise<readonly TableRows[]> =>
  withClient(url, async (client) => {
    const tables: TableRows[] = [];
    for (const table of TABLES) tables.push(await rowsOf(client, table));
    return tables;
  });

const rowsOf = async (client: Client, table: string): Promise<TableRows> => {
  const { rows: columns } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  const names = columns.map(({ name }) => `"${name}"`);
  // A table's rows stay in the order in which they were written, so that each batch has the rows of the same conversations.
  const { rows } = await client.query<(string | null)[]>({
    text: `select ${names.map((name) => `${name}::text`).join(", ")} from ${table} order by ctid`,
    rowMode: "array",
  });
  return {
    insert: `insert into ${table} (${names.join(", ")}) select * from unnest(${columns
      .map(({ type }, i) => `$${i + 1}::${type}[]`)
      .join(", ")})`,
    columns: columns.map((_, i) => rows.map((row) => row[i]!)),
  };
};

/** Writes them in so many transactions, over two connections. */
export const writeRows = async (
  url: string,
  tables: readonly TableRows[],
  batches: number,
): Promise<void> => {
  const slice = (values: readonly (string | null)[], batch: number) =>
    values.slice(
      Math.floor((values.length * batch) / batches),
      Math.floor((values.length * (batch + 1)) / batches),
    );
  let next = 0;
  const writeOn = (): Promise<void> =>
    withClient(url, async (client) => {
      while (next < batches) {
        const batch = next;
        next += 1;
        await client.query("begin");
        for (const [place, { insert, columns }] of tables.entries()) {
          await client.query({
            name: `write-${place}`,
            text: insert,
            values: columns.map((values) => slice(values, batch)),
          });
        }
        await client.query("commit");
      }
    });
  await Promise.all([writeOn(), writeOn()]);
};
