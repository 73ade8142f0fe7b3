import { once } from "node:events";
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "#core/result.ts";
import type { Binaries } from "./binaries.ts";
import type { EmbeddedPostgresFailure } from "./failure.ts";
import { type ServiceUser, spawnAs } from "./service-user.ts";

/** The role and the database that the server is made with. */
export const NAME = "sms_proxy";

const PASSWORD_FILE = "sms-proxy.password";

/** The password of the role, kept with the data and readable by the server's user and root only. */
export const readPassword = async (clusterDir: string): Promise<string> =>
  (await readFile(join(clusterDir, PASSWORD_FILE), "utf8")).trim();

/** Whether `clusterDir` holds data of ours: `absent` when there is none yet, or a failure when it is of another kind. */
export const inspectCluster = async (
  clusterDir: string,
  { major }: Binaries,
): Promise<Result<"present" | "absent", EmbeddedPostgresFailure>> => {
  const entries = await readdir(clusterDir).catch((error: NodeJS.ErrnoException): readonly string[] => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (entries.length === 0) return ok("absent");
  if (!entries.includes("PG_VERSION")) return fail({ kind: "not-a-data-folder", path: clusterDir });
  const found = (await readFile(join(clusterDir, "PG_VERSION"), "utf8")).trim();
  return found === major
    ? ok("present")
    : fail({ kind: "other-version", path: clusterDir, found, expected: major });
};

/**
 * Makes the data folder. It is prepared beside its place and moved there when complete, so that a process killed on the
 * way never leaves a half-made one. Only the owner of the folder may call this.
 */
export const createCluster = async (
  clusterDir: string,
  { initdb, postgres }: Binaries,
  user: ServiceUser | undefined,
  logFile: string,
): Promise<Result<void, EmbeddedPostgresFailure>> => {
  const workshop = `${clusterDir}.new`;
  const data = join(workshop, "data");
  const password = join(workshop, PASSWORD_FILE);
  const script = join(workshop, "create.sql");
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { mode: 0o700 });
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("hex");
  await writeFile(password, `${secret}\n`, { mode: 0o600 });
  await writeFile(script, `CREATE DATABASE ${NAME};\n`, { mode: 0o600 });
  if (user !== undefined) {
    for (const path of [workshop, password]) await chown(path, user.uid, user.gid);
  }
  const make = ["--auth=scram-sha-256", `--username=${NAME}`, `--pwfile=${password}`, "--no-instructions"];
  const text = ["--encoding=UTF8", "--locale=C", "--text-search-config=simple"];
  const log = await open(logFile, "a");
  const input = await open(script, "r");
  try {
    const steps: readonly (readonly [string, readonly string[], number | undefined])[] = [
      [initdb, [`--pgdata=${data}`, ...make, ...text], undefined],
      [postgres, ["--single", "-D", data, "postgres"], input.fd],
    ];
    for (const [program, args, stdin] of steps) {
      const [code] = await once(spawnAs(user, program, args, { input: stdin, output: log.fd }), "exit");
      if (code !== 0) {
        return fail({ kind: "did-not-start", detail: "the data folder could not be made", logFile });
      }
    }
  } finally {
    await Promise.all([log.close(), input.close()]);
  }
  await rename(password, join(data, PASSWORD_FILE));
  await rename(data, clusterDir);
  await rm(workshop, { recursive: true, force: true });
  return ok(undefined);
};
