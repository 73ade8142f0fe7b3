import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { withClient } from "#test/adapters/postgres/database-rows.ts";

/** Another database on the same server. */
const beside = (url: string, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

const admin = <T>(url: string, statement: string): Promise<unknown> =>
  withClient(beside(url, "postgres"), (client) => client.query(statement) as Promise<T>);

export interface RestoredDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const emptyBeside = async (url: string, template: string): Promise<RestoredDatabase> => {
  const name = `${new URL(url).pathname.slice(1)}_copy`;
  await admin(url, `CREATE DATABASE "${name}" TEMPLATE ${template} STRATEGY file_copy`);
  return {
    url: beside(url, name),
    drop: async () => void (await admin(url, `DROP DATABASE "${name}" WITH (FORCE)`)),
  };
};

/** A copy of the files of a database to which nobody is connected. */
export const copied = (url: string): Promise<RestoredDatabase> =>
  emptyBeside(url, `"${new URL(url).pathname.slice(1)}"`);

/** Where programs are that can dump and restore what a server of this version keeps. */
export const findDump = async (url: string): Promise<string | null> => {
  const wanted = await withClient(url, async (client) => {
    const { rows } = await client.query<{ server_version_num: string }>("show server_version_num");
    return Math.floor(Number(rows[0]!.server_version_num) / 10_000);
  });
  const folders = [...globSync("/usr/lib/postgresql/*/bin"), "/usr/local/bin", "/usr/bin"];
  const versionIn = (folder: string): number => {
    const { stdout } = spawnSync(join(folder, "pg_dump"), ["--version"], { encoding: "utf8" });
    return Number(/(\d+)(?:\.\d+)?/.exec(stdout ?? "")?.[1] ?? 0);
  };
  return folders.find((folder) => existsSync(join(folder, "psql")) && versionIn(folder) >= wanted) ?? null;
};

export const dumped = (url: string, bin: string): string =>
  execFileSync(join(bin, "pg_dump"), ["--inserts", url], { encoding: "utf8", maxBuffer: 1 << 28 });

export const restored = async (url: string, bin: string, dump: string): Promise<RestoredDatabase> => {
  const empty = await emptyBeside(url, "template0");
  execFileSync(join(bin, "psql"), ["--quiet", "--set", "ON_ERROR_STOP=1", empty.url], {
    input: dump,
    stdio: ["pipe", "ignore", "pipe"],
  });
  return empty;
};
