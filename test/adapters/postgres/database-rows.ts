import { Client } from "pg";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { SEALED_COLUMNS } from "#adapters/postgres/sealing/sealed-columns.ts";

/** Runs statements on a connection of their own. */
export const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  return work(client).finally(() => client.end());
};

/** Every value of every row of every table, as text, and binary values also as the characters that their bytes would be. */
export const everythingIn = (url: string): Promise<string> =>
  withClient(url, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('information_schema', 'pg_catalog')`,
    );
    const values: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${name}`);
      for (const value of rows.flatMap((row) => Object.values(row))) {
        values.push(String(value));
        if (value instanceof Buffer) values.push(value.toString("latin1"), value.toString("utf16le"));
      }
    }
    return values.join("\n");
  });

/** Everything that whoever has the key can read. */
export const openedIn = (url: string, key: Uint8Array): Promise<string> =>
  withClient(url, async (client) => {
    const ring = keyring([key]);
    const opened: string[] = [];
    for (const { table, column, key: keys, others = [], purpose, row } of SEALED_COLUMNS) {
      const names = [...keys.map(([name]) => name), ...others].map((name) => `"${name}"`).join(", ");
      const { rows } = await client.query(
        `select ${names}, "${column}" as sealed from "${table}" where "${column}" is not null`,
      );
      for (const { sealed, ...named } of rows) {
        const plain = ring.open({ purpose, row: row(named) }, sealed);
        if (!plain.ok) throw new Error(`${table}.${column} is not opened`);
        opened.push(`${table}.${column}: ${Buffer.from(plain.value).toString()}`);
      }
    }
    return opened.join("\n");
  });
