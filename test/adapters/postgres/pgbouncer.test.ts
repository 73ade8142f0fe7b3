import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { checkServer, describeServerProblem } from "#adapters/postgres/server-check.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { eventually, joinDispatch, openFixture, queueText } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { NOON } from "#test/support/traffic-builders.ts";

const PROGRAM = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"].find(existsSync);
const withPooler = test.skipIf(PROGRAM === undefined);
if (PROGRAM === undefined) console.warn("PgBouncer is not installed: the tests of it are left out");

let database: TestDatabase;
let folder: string;
let pooler: ChildProcess | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "sms-proxy-pooler-"));
});
afterEach(async () => {
  if (pooler?.exitCode === null) {
    const gone = once(pooler, "exit");
    pooler.kill("SIGINT");
    await gone;
  }
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { readonly port: number };
  const closed = once(probe, "close");
  probe.close();
  await closed;
  return port;
};

/** A pooler before the database of the test, as it comes, but for its mode; where to reach the database through it. */
const startPooler = async (mode: "session" | "transaction"): Promise<string> => {
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  const server = `host=${url.hostname} port=${url.port} user=${url.username} password=${url.password}`;
  const port = await freePort();
  const file = join(folder, "pgbouncer.ini");
  const settings = [
    ...["[databases]", `${name} = ${server} dbname=${name}`, "[pgbouncer]"],
    ...["listen_addr = 127.0.0.1", `listen_port = ${port}`, "unix_socket_dir =", "auth_type = any"],
    ...[`pool_mode = ${mode}`, "default_pool_size = 30"],
  ];
  await writeFile(file, settings.join("\n"));
  await Promise.all([chmod(folder, 0o755), chmod(file, 0o644)]);
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  pooler = spawn(PROGRAM!, ["-q", ...user, file], { stdio: "ignore" });
  url.port = String(port);
  await eventually(async () => (await checkServer(url.href))?.kind !== "unreachable");
  return url.href;
};

withPooler("a process works over PgBouncer in session mode", async () => {
  const url = await startPooler("session");
  expect(await checkServer(url)).toBeNull();
  const clock = memoryClock(NOON);
  const storage = postgresStorage({ url, keyring: keyring([new Uint8Array(32).fill(7)]), clock });
  try {
    let isWoken = false;
    const stop = storage.dispatch.onWork(() => {
      isWoken = true;
    });
    const { ab } = await openFixture(storage);
    const me = await joinDispatch(storage);
    // Notices come over a session of their own, which takes a moment to listen.
    await eventually(async () => {
      await queueText(storage, me, ab);
      return isWoken;
    });
    stop();
    expect(await storage.problem()).toBeNull();
  } finally {
    await storage.close();
  }
});

withPooler("PgBouncer in transaction mode is refused at the start, in words", async () => {
  const problem = await checkServer(await startPooler("transaction"));
  expect(problem).toEqual({ kind: "transaction-pooling" });
  expect(describeServerProblem(problem!, "here")).toContain("pool_mode = session");
});
