import type { Client } from "pg";
import { withClient } from "./database.ts";

/** All rows of a table, column by column, as texts. */
interface TableRows {
  readonly insert: string;
  readonly columns: readonly (readonly (string | null)[])[];
}

/** In the order in which they are written, and by what their rows follow the conversations. */
const TABLES = [
  ["conversation", "id"],
  ["participant", "conversation_id, side"],
  ["route", "conversation_id, sender_id"],
  ["message", "conversation_id, id"],
  ["queue", "(select m.conversation_id from message m where m.id = message_id), message_id"],
] as const;

/** What opening conversations wrote, to be written again by plain batched SQL. */
export const openedRows = (url: string): Promise<readonly TableRows[]> =>
  withClient(url, async (client) => {
    const tables: TableRows[] = [];
    for (const [table, order] of TABLES) tables.push(await rowsOf(client, table, order));
    return tables;
  });

const rowsOf = async (client: Client, table: string, order: string): Promise<TableRows> => {
  const { rows: columns } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  const names = columns.map(({ name }) => `"${name}"`);
  const { rows } = await client.query<(string | null)[]>({
    text: `select ${names.map((name) => `${name}::text`).join(", ")} from ${table} order by ${order}`,
    rowMode: "array",
  });
  return {
    insert: `insert into ${table} (${names.join(", ")}) select * from unnest(${columns
      .map(({ type }, i) => `$${i + 1}::${type}[]`)
      .join(", ")})`,
    columns: columns.map((_, i) => rows.map((row) => row[i]!)),
  };
};

/** Writes them, so many conversations to a transaction, over two connections. */
export const writeRows = async (url: string, tables: readonly TableRows[], atOnce: number): Promise<void> => {
  const conversations = tables[0]!.columns[0]!.length;
  const batches = Math.ceil(conversations / atOnce);
  const slice = (values: readonly (string | null)[], batch: number) => {
    const each = values.length / conversations;
    return values.slice(batch * atOnce * each, (batch + 1) * atOnce * each);
  };
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
