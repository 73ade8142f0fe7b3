import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

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
  readonly ipc?: boolean;
}

export const startChild = (
  file: string,
  args: readonly string[],
  { env = {}, profileDir }: ChildOptions = {},
): Child => {
  const process_ = fork(new URL(file, import.meta.url), args, {
    execArgv: profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`],
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<string, (value: never) => void>();
  const early = new Map<string, unknown[]>();
  const ended = once(process_, "exit");
  process_.on("message", (telling: Telling) => {
    for (const [name, value] of Object.entries(telling)) {
      const resolve = waiting.get(name);
      if (resolve) {
        waiting.delete(name);
        resolve(value as never);
      } else early.set(name, [...(early.get(name) ?? []), value]);
    }
  });
  return {
    pid: process_.pid!,
    tell: (command) => {
      process_.send(command);
    },
    heard: async (name) => {
      const told = early.get(name);
      if (told !== undefined && told.length > 0) return told.shift() as never;
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      waiting.set(name, resolve);
      const fail = (why: string) => () => reject(new Error(`${file}: no "${name}": ${why}`));
      const timer = setTimeout(fail(`nothing was said for ${PATIENCE_MS / 1_000} s`), PATIENCE_MS);
      const gone = fail("the process ended");
      process_.once("exit", gone);
      return promise.finally(() => {
        clearTimeout(timer);
        process_.off("exit", gone);
      });
    },
    end: (signal = "SIGTERM") => endChild(process_, ended, signal),
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
