import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "#test/support/simulator-eventually.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Program {
  readonly child: ChildProcess;
  /** `http://host:port`, where it shows its figures. */
  readonly url: string;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** What is still there when this process ends, whatever ends it, goes with it. */
export const endWithUs = (child: ChildProcess): void => {
  process.once("exit", () => void child.kill("SIGKILL"));
};

/** A process of ours with these settings and no others, once it is ready. */
export const startProgram = async (path: string, env: Readonly<Record<string, string>>): Promise<Program> => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", path], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  endWithUs(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (output.length < 1_000_000) output += chunk.toString();
  });
  const [, url] = await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(`${path} ended:\n${output}`);
      return /"address":"([^"]+)"[^\n]*"Ready"/.exec(output);
    },
    `${path} is ready`,
    180_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; it wrote:\n${output}`);
  });
  return {
    child,
    url: url!,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
};
