import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { describeEmbeddedPostgresFailure } from "#adapters/embedded-postgres/failure.ts";
import { migrate } from "#adapters/postgres/migrate.ts";

/** As in production: what is answered is on the disk. Sized so that no checkpoint falls into a run by chance. */
const SETTINGS = {
  shared_buffers: "1GB",
  min_wal_size: "1GB",
  max_wal_size: "8GB",
  checkpoint_timeout: "15min",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
};

export interface BenchServer {
  /** The server's first process; the others are its children. */
  readonly pid: number;
  /** A new database with the newest schema and no rows. */
  create(name: string): Promise<string>;
  /** Works on another one with all that `from` has, to which nobody may be connected; afterwards it is gone. */
  onCopy<T>(from: string, work: (url: string) => Promise<T>): Promise<T>;
  /** Writes everything to its place, so that a run starts with nothing left to do from the one before. */
  settle(): Promise<void>;
  /** Ends it at once, as a crash would, and starts it again, which reads its log. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export const startBenchServer = async (): Promise<BenchServer> => {
  const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-bench-"));
  const clean = () => rm(dataDir, { recursive: true, force: true });
  const started = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
  if (!started.ok) {
    await clean();
    throw new Error(describeEmbeddedPostgresFailure(started.error));
  }
  let server = started.value;
  const readPid = async () =>
    Number((await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[0]);
  let pid = await readPid();
  const urlOf = (name: string): string => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  let copies = 0;
  const run = (statement: string) => withClient(server.url, (client) => client.query(statement));
  return {
    get pid() {
      return pid;
    },
    create: async (name) => {
      await run(`create database "${name}"`);
      await migrate(urlOf(name));
      return urlOf(name);
    },
    onCopy: async (from, work) => {
      copies += 1;
      const name = `${from}_${copies}`;
      await run(`create database "${name}" template "${from}" strategy file_copy`);
      await run("checkpoint");
      return work(urlOf(name)).finally(() => run(`drop database if exists "${name}" with (force)`));
    },
    settle: async () => {
      await run("checkpoint");
    },
    crash: async () => {
      const { port } = server;
      process.kill(pid, "SIGQUIT");
      await server.stop();
      const again = await startEmbeddedPostgres({ dataDir, port, settings: SETTINGS });
      if (!again.ok) throw new Error(describeEmbeddedPostgresFailure(again.error));
      server = again.value;
      pid = await readPid();
    },
    stop: async () => {
      await server.stop();
      await clean();
    },
  };
};

export const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client(url);
  await client.connect();
  return work(client).finally(() => client.end());
};

/** Starts a server for the time of `work`. */
export const withBenchServer = async <T>(work: (server: BenchServer) => Promise<T>): Promise<T> => {
  const server = await startBenchServer();
  return work(server).finally(server.stop);
};
