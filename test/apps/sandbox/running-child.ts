import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { eventually } from "#test/support/simulator-eventually.ts";

const here = fileURLToPath(new URL("../../..", import.meta.url));

export interface RunningChild {
  readonly process: ChildProcess;
  /** Everything that it has written so far, to both outputs. */
  output(): string;
  /** Waits for a line that looks so, and answers its groups. */
  line(pattern: RegExp, ms?: number): Promise<RegExpMatchArray>;
  /** Sends the signal and waits for the end; answers the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>;
  /** Waits for the end. */
  ended(): Promise<number | string>;
}

/**
 * A program of ours in a process of its own, with nothing of our environment but what is given. It ends with the test. `root`: where
 * another version lies.
 */
export const startChild = (
  program: string,
  env: Readonly<Record<string, string>>,
  root: string = here,
): RunningChild => {
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const closed = once(child, "close");
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = async (): Promise<number | string> => {
    await closed;
    return child.exitCode ?? child.signalCode ?? "unknown";
  };
  return {
    process: child,
    output: () => output,
    line: async (pattern, ms = 30_000) => {
      const found = await eventually(
        () => pattern.exec(output) ?? (child.exitCode !== null && "ended"),
        `${program} writes ${pattern}`,
        ms,
      );
      if (found === "ended") throw new Error(`${program} ended before it wrote ${pattern}:\n${output}`);
      return found;
    },
    end: (signal) => {
      child.kill(signal);
      return ended();
    },
    ended,
  };
};
