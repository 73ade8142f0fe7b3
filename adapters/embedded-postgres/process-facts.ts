import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** One column of `ps` for one process; undefined when there is no such process. */
const ps = async (pid: number, column: string): Promise<string | undefined> => {
  try {
    const { stdout } = await run("ps", ["-o", `${column}=`, "-p", String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
};

/**
 * Says when a process began, in words that only compare: with it a process id names one process for good, although ids
 * are used again. Undefined when it does not run (a zombie does not).
 */
export const processBegan = async (pid: number): Promise<string | undefined> => {
  if (process.platform !== "linux") return ps(pid, "lstart");
  try {
    // proc(5): the name in brackets may hold anything; after it come the state (field 3) and the start in ticks since boot (22).
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

/** The command line of a running process; undefined when it does not run. */
export const processCommand = async (pid: number): Promise<string | undefined> => {
  if (process.platform !== "linux") return ps(pid, "command");
  try {
    const raw = await readFile(`/proc/${pid}/cmdline`, "utf8");
    return raw.replaceAll("\0", " ").trim() || undefined;
  } catch {
    return undefined;
  }
};
