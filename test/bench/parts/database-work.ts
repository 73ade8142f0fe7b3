import type { Child } from "./child.ts";
import { withClient } from "./database.ts";

/** What a database did while it was measured. */
export interface DatabaseWork {
  readonly commits: number;
  readonly walBytes: number;
}

/** PostgreSQL's sessions report their commits once a second, so that some of a second are counted late, at both ends. */
const READ = `select (select xact_commit from pg_stat_database where datname = current_database()) as commits,
  pg_current_wal_insert_lsn() - '0/0' as wal`;

/** Between the generator's "measuring" and its "measured". */
export const databaseWork = async (generator: Pick<Child, "heard">, url: string): Promise<DatabaseWork> => {
  const reading = () =>
    withClient(url, async (client) => {
      const { rows } = await client.query<{ commits: string; wal: string }>(READ);
      return { commits: Number(rows[0]!.commits), wal: Number(rows[0]!.wal) };
    });
  await generator.heard("measuring");
  const before = await reading();
  await generator.heard("measured");
  const after = await reading();
  return { commits: after.commits - before.commits, walBytes: after.wal - before.wal };
};

export const workPerText = ({ commits, walBytes }: DatabaseWork, texts: number) => ({
  "commits a text": commits / Math.max(1, texts),
  "WAL bytes a text": walBytes / Math.max(1, texts),
});
