import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { ServiceUser } from "#adapters/embedded-postgres/service-user.ts";
import { ended } from "#test/failover/member.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

/** Runs PostgreSQL's own programs, and the scripts that call them, as the user of PostgreSQL. */
export interface Runner {
  readonly folder: string;
  /** Waits for its end and throws with what it has said when that is bad; answers what it has said. */
  run(file: string, args: readonly string[], env?: Readonly<Record<string, string>>): string;
  /** A server on a data folder that is there. */
  serve(dataDir: string, port: number, settings: readonly string[]): Promise<Server>;
}

export interface Server {
  readonly url: string;
  /** As when the power fails. */
  crash(): Promise<void>;
}

export const createRunner = (folder: string, bin: string, user: ServiceUser | undefined): Runner => {
  const options = {
    cwd: folder,
    ...(user && { uid: user.uid, gid: user.gid }),
  };
  const base = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, LC_ALL: "C" };
  if (user) chownSync(folder, user.uid, user.gid);
  return {
    folder,
    run: (file, args, env = {}) => {
      const { status, stdout, stderr } = spawnSync(file, args, {
        ...options,
        env: { ...base, ...env },
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`${file} ${args.join(" ")}: ${stdout}${stderr}`);
      return stdout;
    },
    serve: async (dataDir, port, settings) => {
      const log = openSync(join(folder, "postgres.log"), "a");
      const args = ["-D", dataDir, "-p", String(port), "-h", "127.0.0.1", "-k", folder];
      const child: ChildProcess = spawn(join(bin, "postgres"), [...args, ...settings], {
        ...options,
        env: base,
        stdio: ["ignore", log, log],
      });
      closeSync(log);
      process.once("exit", () => child.kill("SIGQUIT"));
      const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
      // Not while it still reads archived WAL.
      await eventually(() => writes(url), "PostgreSQL takes what is written", 60_000);
      return {
        url,
        crash: async () => {
          child.kill("SIGQUIT");
          await ended(child, 10_000);
        },
      };
    },
  };
};

const writes = async (url: string): Promise<boolean> => {
  const client = new Client(url);
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ standby: boolean }>("select pg_is_in_recovery() as standby");
    return !rows[0]!.standby;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};
