import { Client } from "pg";

/**
 * Makes sure that a database is a sandbox's own: an empty one is marked as such, and one with tables but without the mark is
 * `foreign` and left as it is.
 */
export const markForSandbox = async (url: string): Promise<"own" | "foreign"> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ marked: boolean; empty: boolean }>(STATE);
    const { marked, empty } = rows[0]!;
    if (marked) return "own";
    if (!empty) return "foreign";
    await client.query(
      "create table if not exists sandbox_mark (made_at timestamptz not null default now())",
    );
    return "own";
  } finally {
    await client.end();
  }
};

const STATE = `select to_regclass('sandbox_mark') is not null as marked,
  not exists (select from pg_tables where schemaname not in ('pg_catalog', 'information_schema')) as empty`;
