import { once } from "node:events";
import { realpath, rename, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fail, ok, type Result } from "#core/result.ts";
import { findBinaries } from "./binaries.ts";
import { createCluster, inspectCluster, NAME, readPassword } from "./cluster.ts";
import { makeFolder, noAccessIn } from "./data-folder.ts";
import type { EmbeddedPostgresFailure } from "./failure.ts";
import { clearLeftOver } from "./left-over.ts";
import { type Ownership, own } from "./owner.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";
import { serviceUser } from "./service-user.ts";

/** After this, a server that is still writing is told to end at once; it then recovers at its next start. */
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;

export interface EmbeddedPostgresOptions {
  /** The data goes to `<dataDir>/postgres`; beside it lie `postgres.log` and, while it runs, `postgres.owner`. */
  readonly dataDir: string;
  /** A port of 127.0.0.1; any free one when absent or 0. */
  readonly port?: number | undefined;
  /** Told what a person at the terminal would want to know, line by line. */
  readonly log?: ((line: string) => void) | undefined;
  /** PostgreSQL settings over our own, such as `{ fsync: "off" }` for data that may be lost. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface EmbeddedPostgres {
  /** Holds the password: not for a log. */
  readonly url: string;
  readonly port: number;
  /** Stops the server cleanly, within 15 seconds at most. May be repeated. */
  stop(): Promise<void>;
}

/** Keeps one old log, so that the two together stay below twice the limit at each start. */
const turnOver = async (logFile: string): Promise<void> => {
  const size = await stat(logFile).then(
    (facts) => facts.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(logFile, `${logFile}.old`);
};

const stopServer = async ({ child }: Server): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.ref();
  for (const [signal, limitMs] of [
    ["SIGINT", FAST_STOP_MS],
    ["SIGQUIT", IMMEDIATE_STOP_MS],
  ] as const) {
    const timer = new AbortController();
    child.kill(signal);
    const late = pause(limitMs, "late", { signal: timer.signal }).catch(() => "stopped");
    const outcome = await Promise.race([ended, late]);
    timer.abort();
    if (outcome !== "late") return;
  }
};

/**
 * Runs a private PostgreSQL on the machine, as root or as anybody, with its data under `dataDir`. What a killed process
 * left behind (a running server, a stale lock) is cleared away. The server does not keep this process alive, and a
 * process that exits without `stop()` tells it to end.
 */
export const startEmbeddedPostgres = async ({
  dataDir,
  port,
  log = () => {},
  settings = {},
}: EmbeddedPostgresOptions): Promise<Result<EmbeddedPostgres, EmbeddedPostgresFailure>> => {
  try {
    makeFolder(resolve(dataDir));
    return await startIn(await realpath(dataDir), port, log, settings);
  } catch (error) {
    const detail = noAccessIn(error);
    if (detail === undefined) throw error;
    return fail({ kind: "no-access", path: resolve(dataDir), detail });
  }
};

const startIn = async (
  dataDir: string,
  port: number | undefined,
  log: (line: string) => void,
  settings: Readonly<Record<string, string>>,
): Promise<Result<EmbeddedPostgres, EmbeddedPostgresFailure>> => {
  const clusterDir = join(dataDir, "postgres");
  const logFile = join(dataDir, "postgres.log");
  const ownership = await own(clusterDir);
  if (!ownership.ok) return ownership;
  let running = false;
  try {
    const server = await launch({ clusterDir, logFile, port, settings }, log);
    if (!server.ok) return server;
    running = true;
    return ok(await handle(server.value, ownership.value, { clusterDir, logFile }, log));
  } finally {
    if (!running) await ownership.value.release();
  }
};

/** Everything between owning the folder and a server that takes connections. */
const launch = async (
  options: ServerOptions,
  log: (line: string) => void,
): Promise<Result<Server, EmbeddedPostgresFailure>> => {
  const { clusterDir, logFile } = options;
  const binaries = await findBinaries();
  if (!binaries.ok) return binaries;
  const found = await inspectCluster(clusterDir, binaries.value);
  if (!found.ok) return found;
  const user = await serviceUser(clusterDir, dirname(binaries.value.postgres));
  if (!user.ok) return user;
  await turnOver(logFile);
  const cleared = await clearLeftOver(clusterDir, log);
  if (!cleared.ok) return cleared;
  if (found.value === "absent") {
    log(`Preparing a PostgreSQL ${binaries.value.major} in ${clusterDir}`);
    const created = await createCluster(clusterDir, binaries.value, user.value, logFile);
    if (!created.ok) return created;
  }
  return startServer(binaries.value, user.value, options);
};

const handle = async (
  server: Server,
  ownership: Ownership,
  { clusterDir, logFile }: { readonly clusterDir: string; readonly logFile: string },
  log: (line: string) => void,
): Promise<EmbeddedPostgres> => {
  const password = await readPassword(clusterDir);
  const endNow = () => server.child.kill("SIGINT");
  const mourn = () => log(`The embedded PostgreSQL ended unexpectedly; see ${logFile}`);
  server.child.unref();
  server.child.once("exit", mourn);
  process.once("exit", endNow);
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://${NAME}:${password}@127.0.0.1:${server.port}/${NAME}`,
    port: server.port,
    stop: () => {
      server.child.off("exit", mourn);
      stopped ??= stopServer(server).then(() => {
        process.off("exit", endNow);
        return ownership.release();
      });
      return stopped;
    },
  };
};
