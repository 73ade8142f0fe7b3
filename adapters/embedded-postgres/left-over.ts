import { readFile, readlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fail, ok, type Result } from "#core/result.ts";
import type { EmbeddedPostgresFailure } from "./failure.ts";
import { processCommand } from "./process-facts.ts";

/** A fast stop rolls back what is open and writes what is dirty; an immediate one leaves the rest to recovery. */
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 10_000;
const POLL_MS = 20;

const pidFile = (clusterDir: string): string => join(clusterDir, "postmaster.pid");

/** The lines of `postmaster.pid`: process id, data folder, start time, port, socket folder, address, memory key, status. */
export const readPidFile = async (clusterDir: string): Promise<readonly string[] | undefined> => {
  const text = await readFile(pidFile(clusterDir), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text?.split("\n");
};

const isPostmasterOf = async (pid: number, clusterDir: string): Promise<boolean> => {
  const command = await processCommand(pid);
  if (command === undefined || basename(command.split(" ")[0] ?? "") !== "postgres") return false;
  const workingDir = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return workingDir === clusterDir || command.includes(clusterDir);
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

const endsWithin = async (pid: number, clusterDir: string, limitMs: number): Promise<boolean> => {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await pause(POLL_MS)) {
    if (!(await isPostmasterOf(pid, clusterDir))) return true;
  }
  return false;
};

/**
 * Clears the way for a new server: stops the one that a killed process left running, and makes a `postmaster.pid` whose
 * process id now belongs to another program harmless. Only the owner of the folder may call this.
 */
export const clearLeftOver = async (
  clusterDir: string,
  log: (line: string) => void,
): Promise<Result<void, EmbeddedPostgresFailure>> => {
  const lines = await readPidFile(clusterDir);
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 1) return ok(undefined);
  if (await isPostmasterOf(pid, clusterDir)) {
    log(`Stopping the PostgreSQL left running in ${clusterDir} (process ${pid})`);
    signal(pid, "SIGINT");
    if (await endsWithin(pid, clusterDir, FAST_STOP_MS)) return ok(undefined);
    signal(pid, "SIGQUIT");
    if (await endsWithin(pid, clusterDir, IMMEDIATE_STOP_MS)) return ok(undefined);
    return fail({ kind: "left-over-stays", path: clusterDir, pid });
  }
  // PostgreSQL would take any live process of that id for a server, but never its own parent. The rest of the file stays:
  // it names the shared memory, by which PostgreSQL sees whether a killed server's children still work on the data.
  await writeFile(pidFile(clusterDir), [String(process.pid), ...lines.slice(1)].join("\n"));
  return ok(undefined);
};
