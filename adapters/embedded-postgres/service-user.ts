import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { fail, ok, type Result } from "#core/result.ts";
import type { EmbeddedPostgresFailure } from "./failure.ts";

const run = promisify(execFile);

const USER = "postgres";
const SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Who runs PostgreSQL, which refuses to run as root. Undefined: the user who runs this process. */
export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
  /** True when a folder on the way, such as /root, is closed to the user. */
  readonly lendPassage: boolean;
}

const idsOf = async (name: string): Promise<{ uid: number; gid: number }> => {
  const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
};

const mayPass = async (path: string, { uid, gid }: { uid: number; gid: number }): Promise<boolean> => {
  for (let folder = path; ; folder = dirname(folder)) {
    const facts = await stat(folder);
    const bit = facts.uid === uid ? 0o100 : facts.gid === gid ? 0o010 : 0o001;
    if ((facts.mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

/** Keeps root's right to pass closed folders, and nothing else of root's, when a program starts as another user. */
const LEND_PASSAGE = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--clear-groups"];

const canLendPassage = (): Promise<boolean> =>
  run("setpriv", [...LEND_PASSAGE, "--reuid=1", "--regid=1", "--", "true"]).then(
    () => true,
    () => false,
  );

/**
 * Chooses the user for a server with its data in `clusterDir` and its programs in `binDir`: as root the owner of existing
 * data, else the user `postgres`, who is created when the machine has none; as anybody else that user.
 */
export const serviceUser = async (
  clusterDir: string,
  binDir: string,
): Promise<Result<ServiceUser | undefined, EmbeddedPostgresFailure>> => {
  if (process.getuid?.() !== 0) return ok(undefined);
  try {
    const data = await stat(clusterDir).catch(() => undefined);
    const user =
      data !== undefined && data.uid !== 0
        ? { uid: data.uid, gid: data.gid }
        : await idsOf(USER).catch(async () => {
            await run("useradd", ["--system", "--user-group", "--no-create-home", USER]);
            return idsOf(USER);
          });
    const passes = (await mayPass(dirname(clusterDir), user)) && (await mayPass(binDir, user));
    if (!passes && !(await canLendPassage())) {
      return fail({
        kind: "no-access",
        path: clusterDir,
        detail: `PostgreSQL does not run as root, and a folder on the way is closed to the user ${USER}; open it, or set DATA_DIR to another folder, or DATABASE_URL`,
      });
    }
    return ok({ ...user, lendPassage: !passes });
  } catch {
    return fail({
      kind: "no-access",
      path: clusterDir,
      detail: `PostgreSQL does not run as root, and there is no user ${USER} and none could be created; run as an ordinary user or set DATABASE_URL`,
    });
  }
};

/**
 * Starts a program as that user, reading and writing the open files given. It gets a session of its own, so
 * that Ctrl-C in a terminal reaches only this process, which stops the server when everything else has drained. The
 * environment, where secrets live, is not handed on.
 */
export const spawnAs = (
  user: ServiceUser | undefined,
  file: string,
  args: readonly string[],
  { input = "ignore", output }: { readonly input?: number | "ignore" | undefined; readonly output: number },
): ChildProcess => {
  const options: SpawnOptions = {
    detached: true,
    stdio: [input, output, output],
    env: { PATH: SEARCH_PATH, LC_ALL: "C", TZ: "UTC" },
    cwd: "/",
  };
  if (user === undefined) return spawn(file, args, options);
  if (!user.lendPassage) return spawn(file, args, { ...options, uid: user.uid, gid: user.gid });
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`];
  return spawn("setpriv", [...LEND_PASSAGE, ...ids, "--", file, ...args], options);
};
