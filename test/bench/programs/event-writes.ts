/**
 * What the log of events costs the statement of the hot path: `node test/bench/programs/event-writes.ts [ROUNDS]`. The same batches are
 * written into three databases of one server by turns: without a log; with a row for each statement, which names the facts; and with the transaction's id in a column of the facts, which is indexed.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { QueryConfig } from "pg";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { openDatabase } from "#adapters/postgres/database.ts";
import { executeIn } from "#adapters/postgres/execute.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { storedBlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { sealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { Route } from "#core/domain/route.ts";
import { rawBatches } from "#test/bench/parts/raw-batches.ts";
import {
  aConversation,
  aNumber,
  aParticipant,
  freshNumber,
  openingOf,
} from "#test/support/traffic-builders.ts";

const ROUNDS = Number(process.argv[2] ?? 7);
const PAIRS = 50;
const SIZES = [
  { size: 1, batches: 150 },
  { size: 10, batches: 80 },
  { size: 100, batches: 30 },
] as const;

const TOLD = /,\ntold as \([\s\S]*?is not null\)/;
/** The type of each parameter must be known, also where it is not used. */
const typed = (sql: string): string => {
  const [sent] = /\$\d+::uuid\[\]/.exec(sql) ?? [];
  return sent === undefined ? "" : `,\nsent as (select ${sent})`;
};
const without = (text: string): string => text.replace(TOLD, typed);
const FACTS = ["message", "accepted", "message_outcome"];

const VARIANTS = [
  { name: "none", rewrite: without, change: [] },
  { name: "row", rewrite: (text: string) => text, change: [] },
  {
    name: "xid-columns",
    rewrite: without,
    change: FACTS.flatMap((table) => [
      `alter table ${table} add column xid xid8 not null default pg_current_xact_id()`,
      `create index on ${table} (xid)`,
    ]),
  },
];

/** Of one statement. `cpu`: of the server's process, which other work on the machine does not change. */
interface Measured {
  readonly micros: number;
  readonly cpu: number;
  readonly wal: number;
}

interface Arm {
  readonly name: string;
  run(size: number, batches: number): Promise<Measured>;
  close(): Promise<void>;
}

const openArm = async (
  server: string,
  { name, rewrite, change }: (typeof VARIANTS)[number],
): Promise<Arm> => {
  const admin = openDatabase(server, { statementTimeoutMs: 0 });
  await executeIn(admin.cold)(`create database "${name}"`);
  await admin.close();
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  await migrate(url);
  const ring = keyring([randomBytes(32)]);
  const storage = postgresStorage({ url, keyring: ring, clock: systemClock });
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  for (const statement of change) await executeIn(database.cold)(statement);
  const dispatcher = randomUUID();
  await storage.dispatch.join({
    ...{ id: dispatcher, kind: "gateway", leaseMs: 3_600_000, silentAfterMs: 0, recoverFrom: dispatcher },
  });
  const routes: Route[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const [one, other] = [freshNumber(), freshNumber()];
    for (const number of [one, other]) await storage.numbers.add(aNumber(number));
    const [a, b] = [aParticipant(one), aParticipant(other)];
    await storage.conversations.open(openingOf(aConversation([a, b])));
    const [route] = await storage.traffic.routes([{ sender: a.number, virtualNumber: b.virtualNumber }]);
    if (route && route !== "unreadable") routes.push(route);
  }
  const index = await storedBlindIndex(database.cold, ring)();
  const make = rawBatches({ dispatcher, routes, index, sealed: sealedValues(ring) });
  const connection = await database.hot.connect();
  const lsn = async (): Promise<number> => {
    const { rows } = await connection.query<{ at: string }>(
      "select pg_current_wal_insert_lsn() - '0/0' as at",
    );
    return Number(rows[0]!.at);
  };
  const { rows } = await connection.query<{ pid: number }>("select pg_backend_pid() as pid");
  const { pid } = rows[0]!;
  return {
    name,
    run: async (size, batches) => {
      const statements: QueryConfig[] = [];
      for (let n = 0; n < batches; n += 1) {
        const { text, ...statement } = await make(size);
        statements.push({ ...statement, text: rewrite(text) });
      }
      const walBefore = await lsn();
      const cpuBefore = cpuMicros(pid);
      const times: number[] = [];
      for (const statement of statements) {
        const began = performance.now();
        await connection.query(statement);
        times.push((performance.now() - began) * 1_000);
      }
      const cpu = (cpuMicros(pid) - cpuBefore) / batches;
      const wal = ((await lsn()) - walBefore) / batches;
      return { micros: median(times), cpu, wal };
    },
    close: async () => {
      connection.release();
      await database.close();
      await storage.close();
    },
  };
};

/** What a process has run so far (Linux). */
const cpuMicros = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1_000;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-event-writes-"));
const server = await startEmbeddedPostgres({
  dataDir,
  settings: { full_page_writes: "off", autovacuum: "off" },
});
if (!server.ok) throw new Error("PostgreSQL does not start");
try {
  const arms: Arm[] = [];
  for (const variant of VARIANTS) arms.push(await openArm(server.value.url, variant));
  const found = new Map<string, Measured[]>();
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { size, batches } of SIZES) {
      for (const arm of round % 2 ? arms : arms.toReversed()) {
        const measured = await arm.run(size, batches);
        const key = `${arm.name} ${size}`;
        // The first round compiles, plans and fills caches.
        if (round > 0) found.set(key, [...(found.get(key) ?? []), measured]);
      }
    }
  }
  const of = (key: string, what: keyof Measured): number =>
    median(found.get(key)!.map((measured) => measured[what]));
  for (const { size } of SIZES)
    for (const { name } of arms) {
      const [micros, cpu, wal] = (["micros", "cpu", "wal"] as const).map((what) =>
        of(`${name} ${size}`, what),
      );
      console.log(
        `${String(size).padStart(3)} messages  ${name.padEnd(13)} ${(micros! / 1_000).toFixed(2)} ms  ${(cpu! / 1_000).toFixed(3)} ms of CPU  ${Math.round(wal!)} bytes of WAL`,
      );
    }
  for (const arm of arms) await arm.close();
} finally {
  await server.value.stop();
  await rm(dataDir, { recursive: true, force: true });
}
