import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

/** Where the programs are; PostgreSQL as a folder. */
export interface Programs {
  readonly etcd: string;
  readonly patroni: string;
  readonly haproxy: string;
  readonly postgresBin: string;
}

const FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];

const find = (name: string): string | null =>
  FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;

/** The newest that can be copied by a standby. */
export const findPostgres = (): string | null =>
  globSync("/usr/lib/postgresql/*/bin")
    .filter((folder) => existsSync(join(folder, "pg_basebackup")) && existsSync(join(folder, "postgres")))
    .toSorted((a, b) => Number(b.split("/")[4]) - Number(a.split("/")[4]))[0] ?? null;

/** What is there, or the names of the Debian packages that are missing. */
export const findPrograms = (): Programs | readonly string[] => {
  const [etcd, patroni, haproxy, postgresBin] = [
    find("etcd"),
    find("patroni"),
    find("haproxy"),
    findPostgres(),
  ];
  if (etcd && patroni && haproxy && postgresBin) return { etcd, patroni, haproxy, postgresBin };
  return [
    ...(etcd ? [] : ["etcd-server"]),
    ...(patroni ? [] : ["patroni"]),
    ...(haproxy ? [] : ["haproxy"]),
    ...(postgresBin ? [] : ["postgresql"]),
  ];
};
