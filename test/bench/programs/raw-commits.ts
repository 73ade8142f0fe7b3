/**
 * The yardstick of storage: the statement of the hot path, encoded beforehand, back to back over as many connections as the gateway
 * has. `node raw-commits.ts URL PAIRS`; told `{run: {size, milliseconds, cast}}` it answers with messages and seconds.
 */
import { randomUUID } from "node:crypto";
import type { QueryConfig } from "pg";
import { systemClock } from "#adapters/node/clock.ts";
import type { Connection } from "#adapters/postgres/connection.ts";
import { HOT_CONNECTIONS, openDatabase } from "#adapters/postgres/database.ts";
import { storedBlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { sealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { type Cast, cpuOfAll } from "#test/bench/parts/cpu.ts";
import { BENCH_KEY } from "#test/bench/parts/live-routes.ts";
import { rawBatches } from "#test/bench/parts/raw-batches.ts";
import { shuffledPairs, wayOf } from "#test/bench/parts/traffic-plan.ts";

const [url = "", pairs = ""] = process.argv.slice(2);
const ROUTES_MAX = 20_000;

interface RawRun {
  readonly size: number;
  readonly milliseconds: number;
  /** Guessed from the last run; what is not enough is encoded again. */
  readonly expectedPerSecond: number;
  readonly cast: Cast;
}

const ring = keyring([BENCH_KEY]);
const storage = postgresStorage({ url, keyring: ring, clock: systemClock });
const database = openDatabase(url);
const index = await storedBlindIndex(database.cold, ring)();
const sealed = sealedValues(ring);
const dispatcher = randomUUID();
await storage.dispatch.join({
  id: dispatcher,
  kind: "gateway",
  leaseMs: 3_600_000,
  silentAfterMs: 0,
  recoverFrom: dispatcher,
});
const order = shuffledPairs(Number(pairs)).subarray(0, ROUTES_MAX);
const asked = Array.from(order, (pair) => ({ sender: wayOf(pair).from, virtualNumber: wayOf(pair).to }));
const routes = (await storage.traffic.routes(asked)).filter(
  (route) => route !== null && route !== "unreadable",
);

const run = async ({ size, milliseconds, expectedPerSecond, cast }: RawRun): Promise<void> => {
  const perShard = Math.ceil((expectedPerSecond * milliseconds * 1.5) / 1_000 / size / HOT_CONNECTIONS) + 4;
  const shards: QueryConfig[][] = [];
  for (let shard = 0; shard < HOT_CONNECTIONS; shard += 1) {
    const make = rawBatches({ dispatcher, routes, index, sealed });
    const batches: QueryConfig[] = [];
    for (let n = 0; n < perShard; n += 1) batches.push(await make(size));
    shards.push(batches);
  }
  const connections: Connection[] = await Promise.all(shards.map(() => database.hot.connect()));
  const began = performance.now();
  const cpuBefore = cpuOfAll({ ...cast, gateway: process.pid });
  let batches = 0;
  let lastAt = began;
  await Promise.all(
    shards.map(async (shard, place) => {
      for (const query of shard) {
        if (performance.now() - began > milliseconds) return;
        await connections[place]!.query(query);
        batches += 1;
        lastAt = performance.now();
      }
    }),
  );
  const cpuAfter = cpuOfAll({ ...cast, gateway: process.pid });
  for (const connection of connections) connection.release();
  const cpuMicros: Record<string, number> = {};
  for (const [name, micros] of Object.entries(cpuAfter)) cpuMicros[name] = micros - cpuBefore[name]!;
  process.send!({ ran: { messages: batches * size, seconds: (lastAt - began) / 1_000, cpuMicros } });
};

process.on("message", ({ run: wanted }: { run?: RawRun }) => {
  if (wanted) void run(wanted);
});
process.on("SIGTERM", () => process.exit());
process.send!({ ready: true });
