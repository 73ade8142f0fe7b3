import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fail, ok, type Result } from "#core/result.ts";
import type { Binaries } from "./binaries.ts";
import type { EmbeddedPostgresFailure } from "./failure.ts";
import { readPidFile } from "./left-over.ts";
import { type ServiceUser, spawnAs } from "./service-user.ts";

/** Long, because a server that was killed under load first reads its write-ahead log again. */
const START_MS = 120_000;
const POLL_MS = 10;
const RETRY_PAUSE_MS = 200;
const ATTEMPTS_MAX = 25;
const REASON_LENGTH_MAX = 300;

/**
 * Sized for a small machine and a write-heavy load; durability is as PostgreSQL has it. Its log keeps what concerns the
 * server and no failed statements: these reach the client anyway, and a statement may hold what nobody should read.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "256MB",
  min_wal_size: "256MB",
  max_wal_size: "4GB",
  log_min_messages: "log",
  log_checkpoints: "off",
  log_error_verbosity: "terse",
};

export interface Server {
  readonly port: number;
  readonly child: ChildProcess;
}

export interface ServerOptions {
  readonly clusterDir: string;
  readonly logFile: string;
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP listener has no port");
  return address.port;
};

type Attempt =
  | { readonly kind: "ready"; readonly server: Server }
  | { readonly kind: "ended"; readonly said: string }
  | { readonly kind: "late" };

const attempt = async (
  { postgres }: Binaries,
  user: ServiceUser | undefined,
  { clusterDir, logFile, settings }: ServerOptions,
  port: number,
  deadline: number,
): Promise<Attempt> => {
  const log = await open(logFile, "a");
  const { size: before } = await log.stat();
  const options = Object.entries({ ...SETTINGS, port: String(port), ...settings });
  const flags = options.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawnAs(user, postgres, ["-D", clusterDir, ...flags], { output: log.fd });
  await Promise.race([once(child, "spawn"), once(child, "error")]).finally(() => log.close());
  for (; Date.now() < deadline; await pause(POLL_MS)) {
    if (child.exitCode !== null || child.signalCode !== null) {
      return { kind: "ended", said: (await readFile(logFile)).subarray(before).toString("utf8") };
    }
    const lines = await readPidFile(clusterDir);
    if (Number(lines?.[0]) === child.pid && lines?.[7]?.startsWith("ready") === true) {
      return { kind: "ready", server: { port, child } };
    }
  }
  child.kill("SIGQUIT");
  await once(child, "exit");
  return { kind: "late" };
};

const reasonIn = (said: string): string => {
  const lines = said.split("\n").filter((line) => line.includes("FATAL: "));
  const reason = lines.at(-1)?.split("FATAL: ").at(-1)?.trim() ?? "it ended at once";
  return reason.slice(0, REASON_LENGTH_MAX);
};

/** Starts a server on prepared data and waits until it takes connections. */
export const startServer = async (
  binaries: Binaries,
  user: ServiceUser | undefined,
  options: ServerOptions,
): Promise<Result<Server, EmbeddedPostgresFailure>> => {
  const { logFile } = options;
  const given = options.port === 0 ? undefined : options.port;
  const deadline = Date.now() + START_MS;
  let reason = `it was not ready after ${START_MS / 1000} seconds`;
  for (let n = 0; n < ATTEMPTS_MAX && Date.now() < deadline; n += 1) {
    const port = given ?? (await freePort());
    const result = await attempt(binaries, user, options, port, deadline);
    if (result.kind === "ready") return ok(result.server);
    if (result.kind === "late") break;
    reason = reasonIn(result.said);
    const portTaken = result.said.includes("Address already in use");
    if (portTaken && given !== undefined) return fail({ kind: "port-taken", port });
    // The children of a killed server are still on their way out; they notice by themselves.
    const orphans = result.said.includes("pre-existing shared memory block");
    if (!portTaken && !orphans) break;
    if (orphans) await pause(RETRY_PAUSE_MS);
  }
  return fail({ kind: "did-not-start", detail: reason, logFile });
};
