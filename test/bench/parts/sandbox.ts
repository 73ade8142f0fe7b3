import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parentOf } from "./cpu.ts";

export interface BenchSandbox {
  readonly pid: number;
  readonly postgresPid: number;
  readonly hasPostgresAsChild: boolean;
  readonly api: string;
  /** The simulated carrier, over HTTP. */
  readonly carrier: string;
  readonly apiKey: string;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** A database is made first. */
const PATIENCE_MS = 120_000;

/** The sandbox as `npm start` runs it, in a folder of its own, with a carrier that takes `rate` segments a second. */
export const startSandbox = async (rate: number): Promise<BenchSandbox> => {
  const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-bench-"));
  const { scripts } = JSON.parse(await readFile(`${ROOT}package.json`, "utf8"));
  const [, ...args] = String(scripts.start).split(" ");
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...{ PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", DATA_DIR: dataDir, LOG_LEVEL: "warn" },
      ...{ PORT: "0", SIMULATOR_PORT: "0", SIMULATOR_SMPP_PORT: "0" },
      ...{ HTTP_RATE: String(rate), SMPP_RATE: String(rate) },
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // It ends its database as well, which a killed one would leave behind.
  const kill = (): void => void child.kill("SIGTERM");
  process.once("exit", kill);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    process.off("exit", kill);
    await rm(dataDir, { recursive: true, force: true });
  };
  const began = performance.now();
  while (!output.includes("Ctrl-C")) {
    if (child.exitCode !== null || performance.now() - began > PATIENCE_MS) {
      await stop();
      throw new Error(`The sandbox does not run:\n${output}`);
    }
    await pause(100);
  }
  const [postgresPid] = (await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n");
  const found = (pattern: RegExp): string => pattern.exec(output)?.[1] ?? "";
  return {
    pid: child.pid!,
    postgresPid: Number(postgresPid),
    hasPostgresAsChild: parentOf(Number(postgresPid)) === child.pid,
    api: found(/API +(http\S+)/),
    carrier: found(/Carrier +(http\S+)/),
    apiKey: found(/KEY=(\S+)/),
    stop,
  };
};
