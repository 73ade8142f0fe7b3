import { type ChildProcess, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startWire, type Wire } from "./wire.ts";

/** One machine's worth: a PostgreSQL and its Patroni, and all ways to and from them. */
export interface Member {
  readonly name: string;
  readonly dataDir: string;
  /** Where PostgreSQL and Patroni listen themselves. */
  readonly ports: { readonly postgres: number; readonly rest: number };
  readonly wires: MemberWires;
  /** As a machine without power: all of its processes at once. */
  kill(): void;
  start(): void;
}

export interface MemberWires {
  /** HAProxy's way, and that of the standbys. */
  readonly clients: Wire;
  readonly standbys: Wire;
  readonly rest: Wire;
  readonly etcd: readonly Wire[];
}

export const allWires = ({ clients, standbys, rest, etcd }: MemberWires): readonly Wire[] => [
  clients,
  standbys,
  rest,
  ...etcd,
];

export const startWires = async (
  ports: Member["ports"],
  etcdPorts: readonly number[],
): Promise<MemberWires> => ({
  clients: await startWire(ports.postgres),
  standbys: await startWire(ports.postgres),
  rest: await startWire(ports.rest),
  etcd: await Promise.all(etcdPorts.map(startWire)),
});

/** Ends a PostgreSQL by the id that it has written down itself, with all that it has started; nobody else's. */
export const killPostgres = (dataDir: string): void => {
  const postmaster = postmasterOf(dataDir);
  if (postmaster === null) return;
  signal(postmaster, "SIGSTOP");
  for (const child of childrenOf(postmaster)) signal(child, "SIGKILL");
  signal(postmaster, "SIGKILL");
};

const postmasterOf = (dataDir: string): number | null => {
  try {
    const id = Number(readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n")[0]);
    const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
    return command.includes(dataDir) ? id : null;
  } catch {
    return null;
  }
};

const childrenOf = (id: number): readonly number[] => {
  try {
    return execFileSync("ps", ["--ppid", String(id), "-o", "pid="], { encoding: "utf8" })
      .split("\n")
      .map(Number)
      .filter((child) => child > 0);
  } catch {
    return [];
  }
};

const signal = (id: number, name: NodeJS.Signals): void => {
  try {
    process.kill(id, name);
  } catch {
    // It has ended.
  }
};

export const ended = (child: ChildProcess, withinMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill("SIGKILL"), withinMs);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
  });
