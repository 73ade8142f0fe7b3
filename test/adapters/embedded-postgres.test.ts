import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, expect, onTestFinished, test } from "vitest";
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "#adapters/embedded-postgres/embedded-postgres.ts";
import {
  describeEmbeddedPostgresFailure,
  type EmbeddedPostgresFailure,
} from "#adapters/embedded-postgres/failure.ts";
import { processCommand } from "#adapters/embedded-postgres/process-facts.ts";
import type { Result } from "#core/result.ts";

type Started = Result<EmbeddedPostgres, EmbeddedPostgresFailure>;

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** An empty folder that every user may pass, as those of projects are. */
const emptyFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "embedded-postgres-"));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
};

/** A folder in which a server has run before: to make one takes seconds, and a copy of it none. */
const usedFolder = async (): Promise<string> => {
  const folder = await emptyFolder();
  original ??= makeOriginal();
  const { status, stderr } = spawnSync("cp", ["-a", `${await original}/.`, folder]);
  if (status !== 0) throw new Error(`The folder could not be copied: ${stderr}`);
  return folder;
};

let original: Promise<string> | null = null;

const makeOriginal = async (): Promise<string> => {
  const dataDir = await mkdtemp(join(tmpdir(), "embedded-postgres-"));
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir });
  if (!server.ok) throw new Error(describeEmbeddedPostgresFailure(server.error));
  await server.value.stop();
  return dataDir;
};

afterAll(async () => {
  if (original !== null) await rm(await original, { recursive: true, force: true, maxRetries: 10 });
});

const start = async (options: EmbeddedPostgresOptions): Promise<Started> => {
  const started = await startEmbeddedPostgres(options);
  onTestFinished(async () => {
    if (started.ok) await started.value.stop();
  });
  return started;
};

const started = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const result = await start(options);
  if (!result.ok) throw new Error(describeEmbeddedPostgresFailure(result.error));
  return result.value;
};

const failureOf = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgresFailure> => {
  const result = await start(options);
  if (result.ok) throw new Error("It started");
  return result.error;
};

/** Runs the statements one after the other and answers with the rows of the last. */
const query = async (url: string, ...statements: readonly string[]): Promise<readonly unknown[]> => {
  const client = new Client(url);
  await client.connect();
  try {
    let rows: readonly unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 20_000; !(await holds()); ) {
    if (Date.now() > deadline) throw new Error("It never came true");
  }
};

const holderScript = fileURLToPath(new URL("./embedded-postgres-holder.ts", import.meta.url));

/** Starts a server in a process of its own, as the ordinary user `uid` if one is given. */
const holder = async (args: readonly string[], uid?: number): Promise<[ChildProcess, Started]> => {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [holderScript, ...args], {
    ...user,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  const [line] = await once(createInterface(child.stdout!), "line");
  return [child, JSON.parse(line) as Started];
};

const postmasterOf = async (dataDir: string): Promise<number> =>
  Number((await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);

test("what was written is there after a stop and a start", async () => {
  const dataDir = join(await emptyFolder(), "not/there/yet");
  const first = await started({ dataDir });
  await query(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  await first.stop();
  const second = await started({ dataDir });
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
});

test("the server is durable, speaks UTF-8 and listens on the loopback alone", async () => {
  const { url } = await started({ dataDir: await usedFolder() });
  const names = ["fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "server_encoding"];
  const list = names.map((name) => `current_setting('${name}')`).join(" || ' ' || ");
  expect(await query(url, `SELECT ${list} AS all`)).toEqual([{ all: "on on on 127.0.0.1 UTF8" }]);
});

test("nobody gets in without the password, and only its owner can read the password", async () => {
  const dataDir = await emptyFolder();
  const { url } = await started({ dataDir });
  const wrong = new URL(url);
  wrong.password = "guessed";
  await expect(query(wrong.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
  const file = await stat(join(dataDir, "postgres/sms-proxy.password"));
  expect(file.mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDir, "postgres.log"), "utf8")).not.toContain(new URL(url).password);
});

test("settings given win over our own", async () => {
  const { url } = await started({ dataDir: await usedFolder(), settings: { fsync: "off" } });
  expect(await query(url, "SHOW fsync")).toEqual([{ fsync: "off" }]);
});

test("the server that a killed process left running is no reason to fail, and what was committed is there", async () => {
  const dataDir = await usedFolder();
  const [process_, left] = await holder([dataDir]);
  if (!left.ok) throw new Error(describeEmbeddedPostgresFailure(left.error));
  await query(left.value.url, "CREATE TABLE kept AS SELECT 7 AS n");
  process_.kill("SIGKILL");
  await once(process_, "exit");
  const leftOver = await postmasterOf(dataDir);
  expect(await processCommand(leftOver)).toContain("postgres");
  const said: string[] = [];
  const { url } = await started({ dataDir, log: (line) => said.push(line) });
  expect(await query(url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  expect(await postmasterOf(dataDir)).not.toBe(leftOver);
  expect(said.join()).toContain(`process ${leftOver}`);
});

test("a server killed while somebody was connected is no reason to fail", async () => {
  const dataDir = await usedFolder();
  const first = await started({ dataDir });
  const client = new Client(first.url);
  client.on("error", () => {});
  await client.connect();
  await client.query("CREATE TABLE kept AS SELECT 7 AS n");
  process.kill(await postmasterOf(dataDir), "SIGKILL");
  await first.stop();
  const second = await started({ dataDir });
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
});

test("a folder that another live process uses is refused with the number of that process", async () => {
  const dataDir = await usedFolder();
  const [other, theirs] = await holder([dataDir]);
  expect(theirs.ok).toBe(true);
  const failure = await failureOf({ dataDir });
  expect(failure).toEqual({ kind: "in-use", path: join(dataDir, "postgres"), pid: other.pid });
  if (theirs.ok) expect(await query(theirs.value.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("of two starts at once in one empty folder, one wins and the other says in use", async () => {
  const dataDir = await emptyFolder();
  const results = await Promise.all([start({ dataDir }), start({ dataDir })]);
  const kinds = results.map((result) => (result.ok ? "started" : result.error.kind));
  expect(kinds.sort()).toEqual(["in-use", "started"]);
});

test("two folders have a server each, side by side", async () => {
  const dataDirs = await Promise.all([usedFolder(), usedFolder()]);
  const [one, other] = await Promise.all(dataDirs.map((dataDir) => started({ dataDir })));
  await query(one!.url, "CREATE TABLE only_here (n int)");
  expect(await query(other!.url, "SELECT to_regclass('only_here') AS found")).toEqual([{ found: null }]);
});

test("data of another PostgreSQL version is left alone and named", async () => {
  const dataDir = await emptyFolder();
  await mkdir(join(dataDir, "postgres"));
  await writeFile(join(dataDir, "postgres/PG_VERSION"), "15\n");
  const path = join(dataDir, "postgres");
  expect(await failureOf({ dataDir })).toEqual({ kind: "other-version", path, found: "15", expected: "18" });
});

test("a folder full of something else is left alone", async () => {
  const dataDir = await emptyFolder();
  await mkdir(join(dataDir, "postgres"));
  await writeFile(join(dataDir, "postgres/holiday.jpg"), "");
  expect(await failureOf({ dataDir })).toEqual({
    kind: "not-a-data-folder",
    path: join(dataDir, "postgres"),
  });
});

test("a data folder that is a file is refused", async () => {
  const dataDir = join(await emptyFolder(), "file");
  await writeFile(dataDir, "");
  expect(await failureOf({ dataDir })).toMatchObject({ kind: "no-access", path: dataDir });
});

test("a given port that is taken is named", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  expect(await failureOf({ dataDir: await usedFolder(), port })).toEqual({ kind: "port-taken", port });
});

test("a failed start leaves the folder free for the next", async () => {
  const dataDir = await usedFolder();
  const failure = await failureOf({ dataDir, settings: { shared_buffers: "lots" } });
  expect(failure).toMatchObject({ kind: "did-not-start", detail: expect.stringContaining("shared_buffers") });
  expect((await start({ dataDir })).ok).toBe(true);
});

test("a lock file whose process id now belongs to another program is no reason to fail", async () => {
  const dataDir = await usedFolder();
  await (await started({ dataDir })).stop();
  const cluster = await stat(join(dataDir, "postgres"));
  const user = isRoot ? { uid: cluster.uid, gid: cluster.gid } : {};
  const stranger = spawn("sleep", ["600"], user);
  onTestFinished(() => void stranger.kill());
  const lock = join(dataDir, "postgres/postmaster.pid");
  const lines = [stranger.pid, join(dataDir, "postgres"), 1, 5432, "", "127.0.0.1", "  1   1", "ready   "];
  await writeFile(lock, `${lines.join("\n")}\n`, { mode: 0o600 });
  await chown(lock, cluster.uid, cluster.gid);
  await writeFile(join(dataDir, "postgres.owner"), `${stranger.pid}\tlong ago\tx\n`);
  expect((await start({ dataDir })).ok).toBe(true);
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
});

test("what a start that was killed half-way prepared is thrown away", async () => {
  const dataDir = await emptyFolder();
  await mkdir(join(dataDir, "postgres.new/data"), { recursive: true });
  await writeFile(join(dataDir, "postgres.new/data/PG_VERSION"), "18\n");
  const { url } = await started({ dataDir });
  expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await expect(stat(join(dataDir, "postgres.new"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a stop does not wait for those who are still connected, and may be repeated", async () => {
  const postgres = await started({ dataDir: await usedFolder() });
  const client = new Client(postgres.url);
  client.on("error", () => {});
  await client.connect();
  await client.query("BEGIN");
  await Promise.all([postgres.stop(), postgres.stop()]);
  await postgres.stop();
  await expect(query(postgres.url, "SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a server does not keep its process alive, and ends with it", async () => {
  const dataDir = await usedFolder();
  const [child, theirs] = await holder([dataDir, "exit"]);
  expect(theirs.ok).toBe(true);
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode).toBe(0);
  await until(async () => !(await stat(join(dataDir, "postgres/postmaster.pid")).catch(() => false)));
});

test.runIf(isRoot)("below a folder that is closed to everybody but root it starts all the same", async () => {
  const closed = await emptyFolder();
  await chmod(closed, 0o700);
  const { url } = await started({ dataDir: join(closed, "data") });
  const [row] = await query(url, "CREATE TABLE t AS SELECT 7 AS n", "SELECT n FROM t");
  expect(row).toEqual({ n: 7 });
});

/** Root may write everywhere, so what an ordinary user meets takes a process of such a user. */
const ordinaryUser = isRoot ? NOBODY : undefined;
const ordinaryUserCanRunUs =
  !isRoot || spawnSync(process.execPath, [holderScript, "/dev/null"], { uid: NOBODY }).status === 0;

test.runIf(ordinaryUserCanRunUs)("an ordinary user gets a server of his own", async () => {
  const dataDir = await emptyFolder();
  if (isRoot) await chown(dataDir, NOBODY, NOBODY);
  const [, theirs] = await holder([dataDir], ordinaryUser);
  if (!theirs.ok) throw new Error(describeEmbeddedPostgresFailure(theirs.error));
  expect(await query(theirs.value.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test.runIf(ordinaryUserCanRunUs)("a folder that one may not write is refused", async () => {
  const dataDir = await emptyFolder();
  await chmod(dataDir, 0o555);
  const [, theirs] = await holder([dataDir], ordinaryUser);
  expect(theirs).toEqual({
    ok: false,
    error: { kind: "no-access", path: dataDir, detail: "permission denied" },
  });
});

test.runIf(process.platform === "linux")(
  "a folder where the system takes no new names is refused",
  async () => {
    const dataDir = "/proc/no/such/folder";
    expect(await failureOf({ dataDir })).toEqual({
      kind: "no-access",
      path: dataDir,
      detail: "it cannot be made there",
    });
  },
);

test.runIf(isRoot && ordinaryUserCanRunUs)("data of another user is refused", async () => {
  const dataDir = await emptyFolder();
  await (await started({ dataDir })).stop();
  await chmod(dataDir, 0o777);
  const [, theirs] = await holder([dataDir], ordinaryUser);
  expect(theirs).toMatchObject({ ok: false, error: { kind: "no-access" } });
});
