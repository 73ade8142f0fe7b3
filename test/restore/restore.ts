import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { serviceUser } from "#adapters/embedded-postgres/service-user.ts";
import { findPostgres } from "#test/failover/programs.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { type Processes, startPeople } from "./people.ts";
import { createRunner, type Runner, type Server } from "./server.ts";

/**
 * Backs a database up while people text, goes on, loses it, and restores it in a new cluster with the scripts of `deploy/backup`:
 * `npm run test:restore`, once by a dump and once to a point in time. Fails when a text is lost, comes to somebody else or comes twice without
 * being counted, when the feed skips an event, or when what the carrier repeats is taken for new. Without Debian's PostgreSQL it says so.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ON_THE_WAY = 8;

type Kind = "dump" | "point in time";

const script = (name: string): string => join(ROOT, "deploy/backup", name);

const ask = async <T>(url: string, statement: string): Promise<T> => {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<{ value: T }>(statement);
  await client.end();
  return rows[0]!.value;
};

/** `npm run migrate`, which has to say what it counts. */
const settle = (url: string): number => {
  const args = ["--disable-warning=ExperimentalWarning", "apps/migrate/main.ts", "--restored"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DATABASE_URL: url },
    encoding: "utf8",
  });
  const [, messages] = /Restored: (\d+) messages/.exec(stdout) ?? [];
  if (status !== 0 || messages === undefined) throw new Error(`${stdout}${stderr}`);
  return Number(messages);
};

const initialised = async (runner: Runner, name: string): Promise<string> => {
  const dataDir = join(runner.folder, name);
  runner.run("initdb", ["-D", dataDir, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  return dataDir;
};

/** Answers the server of after, from what was backed up while the first one ran. */
interface Backup {
  /** Before the texts that it is to have. */
  begin(): void;
  /** What is to be there again is written. */
  take(): Promise<void>;
  restore(): Promise<Server>;
}

const backupOf = (kind: Kind, runner: Runner, { url }: Server, archive: string, port: number): Backup => {
  const place = join(runner.folder, "backup");
  const env = { DATABASE_URL: url };
  if (kind === "dump")
    return {
      begin: () => {},
      take: async () => void runner.run(script("dump.sh"), [place], env),
      restore: async () => {
        const server = await runner.serve(await initialised(runner, "after"), port, []);
        runner.run(script("restore-dump.sh"), [place], { DATABASE_URL: server.url });
        return server;
      },
    };
  let time = "";
  return {
    begin: () => void runner.run(script("base-backup.sh"), [place], env),
    take: async () => {
      time = await ask<string>(url, "select clock_timestamp()::text as value");
      await pause(100);
    },
    restore: async () => {
      const dataDir = join(runner.folder, "after");
      runner.run(script("restore-to-point.sh"), [place, archive, dataDir, time]);
      return runner.serve(dataDir, port, []);
    },
  };
};

const drill = async (kind: Kind, bin: string): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), "sms-proxy-restore-"));
  const found = await serviceUser(folder, bin);
  if (!found.ok) throw new Error("PostgreSQL cannot run here");
  const runner = createRunner(folder, bin, found.value);
  const archive = join(folder, "archive");
  runner.run("mkdir", ["-p", archive]);
  const [firstPort, secondPort] = [await freePort(), await freePort()];
  const first = await runner.serve(await initialised(runner, "before"), firstPort, [
    ...["-c", "archive_mode=on", "-c", `archive_command=test ! -f ${archive}/%f && cp %p ${archive}/%f`],
  ]);
  const people = await startPeople(first.url);
  let processes: Processes | null = null;
  let second: Server | null = null;
  try {
    const backup = backupOf(kind, runner, first, archive, secondPort);
    processes = await people.start(first.url);
    await people.text(100);
    await processes.webhook("repeated");
    const early = await processes.readFeed("first");
    backup.begin();
    await people.text(50);
    await people.textWithoutAnswer(ON_THE_WAY);
    await backup.take();
    await people.text(40);
    const late = await processes.readFeed(early.next);
    await ask(first.url, "select pg_switch_wal() as value");
    await eventually(
      () => ask(first.url, "select last_archived_wal is not null as value from pg_stat_archiver"),
      "the WAL is archived",
      30_000,
    );
    await pause(500);
    await processes.kill();
    await first.crash();

    second = await backup.restore();
    const counted = settle(second.url);
    processes = await people.start(second.url);
    await processes.webhook("repeated");
    await people.text(50);
    const after = await eventually(
      async () => {
        const page = await processes!.readFeed(late.next);
        return page.received >= 50 && page;
      },
      "the feed tells of what came after the restore, to one who had read beyond the backup",
      15_000,
    );
    const fromEarly = await processes.readFeed(early.next);
    const audit = people.audit();
    const repeated = people.shown("repeated");
    const again = audit.doubled;
    console.log(
      `${kind}: ${audit.texts} texts: ${audit.lost} lost, ${audit.misrouted} misrouted, ${audit.disordered} out of order, ${again} twice, of ${counted} that were counted; repeated by the carrier and shown ${repeated} time; events of texts after the restore: ${after.received} read from beyond the backup, ${fromEarly.received} from before it`,
    );
    return (
      audit.lost + audit.misrouted + audit.disordered === 0 &&
      again <= counted &&
      again >= ON_THE_WAY &&
      repeated === 1 &&
      after.received === 50 &&
      fromEarly.received === 50 + ON_THE_WAY + 50
    );
  } finally {
    await processes?.kill();
    await people.stop();
    await first.crash();
    await second?.crash();
    rmSync(folder, { recursive: true, force: true });
  }
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { readonly port: number };
  probe.close();
  await once(probe, "close");
  return port;
};

const bin = findPostgres();
if (bin === null) console.log("Not tried: these are not installed: postgresql");
else
  for (const kind of ["dump", "point in time"] as const) if (!(await drill(kind, bin))) process.exitCode = 1;
process.exit();
