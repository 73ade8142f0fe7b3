import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a program of a benchmark tells, by the name of the event. */
export type Telling = Readonly<Record<string, unknown>>;

/** A program in a process of its own, which is told what to do and tells what comes of it. */
export interface Child {
  readonly pid: number;
  tell(command: object): void;
  /** The next telling that has this name; rejects when the process ends first, or says nothing for too long. */
  heard<T = unknown>(name: string): Promise<T>;
  end(signal?: NodeJS.Signals): Promise<void>;
}

const PATIENCE_MS = 120_000;

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Where to leave a profile of its CPU, if anywhere. */
  readonly profileDir?: string | undefined;
}

/** One of the benchmarks' own programs, by its path in the project, which talk with whoever started them. */
export const startChild = (
  file: string,
  args: readonly string[],
  { env = {}, profileDir }: ChildOptions = {},
): Child => {
  const started = fork(`${ROOT}${file}`, args, {
    execArgv: [...profileArguments(profileDir)],
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return childOf(file, started);
};

/** One of the system's own processes, started as its script in package.json does. */
export const startApp = (
  script: "api" | "gateway",
  { env = {}, profileDir }: ChildOptions,
): Pick<Child, "pid" | "end"> => {
  const [, ...args] = scripts[script].split(" ");
  const started = spawn(process.execPath, [...profileArguments(profileDir), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return childOf(script, started);
};

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const { scripts }: { readonly scripts: Readonly<Record<"api" | "gateway", string>> } = JSON.parse(
  readFileSync(`${ROOT}package.json`, "utf8"),
);

const profileArguments = (profileDir: string | undefined): readonly string[] =>
  profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`];

/** Nothing outlives the benchmark, however that ends. */
const living = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const childOf = (file: string, started: ChildProcess): Child => {
  living.add(started);
  started.once("exit", () => living.delete(started));
  const waiting = new Map<string, (value: never) => void>();
  const early = new Map<string, unknown[]>();
  const ended = once(started, "exit");
  started.on("message", (telling: Telling) => {
    for (const [name, value] of Object.entries(telling)) {
      const resolve = waiting.get(name);
      if (resolve) {
        waiting.delete(name);
        resolve(value as never);
      } else early.set(name, [...(early.get(name) ?? []), value]);
    }
  });
  return {
    pid: started.pid!,
    tell: (command) => {
      started.send(command);
    },
    heard: async (name) => {
      const told = early.get(name);
      if (told !== undefined && told.length > 0) return told.shift() as never;
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      waiting.set(name, resolve);
      const fail = (why: string) => () => reject(new Error(`${file}: no "${name}": ${why}`));
      const timer = setTimeout(fail(`nothing was said for ${PATIENCE_MS / 1_000} s`), PATIENCE_MS);
      const gone = fail("the process ended");
      started.once("exit", gone);
      return promise.finally(() => {
        clearTimeout(timer);
        started.off("exit", gone);
      });
    },
    end: (signal = "SIGTERM") => endChild(started, ended, signal),
  };
};

const END_MS = 10_000;

const endChild = async (
  child: ChildProcess,
  ended: Promise<unknown>,
  signal: NodeJS.Signals,
): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
  await ended;
  clearTimeout(timer);
};
