import { readFileSync } from "node:fs";

/** The clock of /proc on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const MICROS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

/** The processes of a benchmark, by the part they play. */
export type Cast = Readonly<Record<string, number>>;

/** Microseconds of CPU (user and system, all threads, and children: living ones and those that ended) that a process has used so far. */
export const cpuMicros = (pid: number): number => {
  try {
    const [used, reaped] = timesOf(pid);
    let total = used + reaped;
    for (const child of childrenOf(pid)) total += cpuMicros(child);
    return total;
  } catch {
    return 0;
  }
};

export const cpuOfAll = (cast: Cast): Record<string, number> =>
  Object.fromEntries(Object.entries(cast).map(([name, pid]) => [name, cpuMicros(pid)]));

/** Bytes of memory that a process holds. */
export const memoryOf = (pid: number): number => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) * 1024;
};

export const parentOf = (pid: number): number =>
  Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

/** proc(5): fields 14 to 17 are utime, stime, cutime, cstime; the name in brackets may hold anything. */
const timesOf = (pid: number): readonly [number, number] => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  return [(fields[11]! + fields[12]!) * MICROS_PER_TICK, (fields[13]! + fields[14]!) * MICROS_PER_TICK];
};

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter((text) => text.trim() !== "")
    .map(Number);
