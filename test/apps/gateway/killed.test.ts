import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import type { RunningChild } from "#test/apps/sandbox/running-child.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { startGatewayProcess, WINDOW } from "./gateway-process.ts";
import { type Load, loadOf } from "./load.ts";
import { openConversations, ourNumbers, register, type Side } from "./people.ts";
import { ENCRYPTION_KEY } from "./running-gateway.ts";

const CONVERSATIONS = 20;

let database: TestDatabase;
let storage: PostgresStorage;
let simulator: Simulator;
let sides: readonly Side[];

beforeAll(async () => {
  database = await createTestDatabase();
  storage = postgresStorage({ url: database.url, keyring: keyring([ENCRYPTION_KEY]), clock: systemClock });
  await register(storage, ourNumbers(4));
});
afterAll(async () => {
  await storage.close();
  await database.drop();
});
beforeEach(async () => {
  const retry = { firstMs: 50, factor: 1, maxMs: 100, attempts: 10_000, horizonMs: 600_000 };
  simulator = await startSimulator({ limits: noLimits, rented: ourNumbers(4), smpp: { retry } });
  sides = await openConversations(storage, CONVERSATIONS);
});
afterEach(async () => {
  await simulator.stop();
});

const startGateway = (): Promise<RunningChild> => startGatewayProcess(simulator, database.url);

/** How many messages have been taken, whatever became of them. */
const taken = async (): Promise<number> => {
  const client = new Client(database.url);
  await client.connect();
  const { rows } = await client.query("select count(*)::int as count from message");
  await client.end();
  return rows[0].count;
};

const allArrive = (load: Load) =>
  eventually(() => load.audit().lost === 0, "every text arrives", 30_000).catch(() => {});

/** Sends, and kills the process when some of it has come in: while the rest is on its way. */
const killUnder = async (load: Load, count: number, victim: RunningChild, signal: NodeJS.Signals) => {
  const before = simulator.stats().smpp.acks;
  load.send(count);
  await eventually(() => simulator.stats().smpp.acks >= before + count / 4, "a quarter is acknowledged");
  return victim.end(signal);
};

describe("a gateway that is killed while texts are on their way", () => {
  test("loses none and takes none twice: the next one knows what comes again", async () => {
    const before = await taken();
    const load = loadOf(simulator, sides);
    let gateway = await startGateway();
    for (let life = 0; life < 3; life += 1) {
      await killUnder(load, 400, gateway, "SIGKILL");
      gateway = await startGateway();
    }
    await allArrive(load);
    const { doubled, ...audit } = load.audit();
    expect(audit).toEqual({ lost: 0, misrouted: 0, disordered: 0 });
    expect(await taken()).toBe(before + load.sent());
    // What was with the carrier when the process died may go out once more.
    expect(doubled).toBeLessThanOrEqual(3 * 2 * WINDOW);
    await gateway.end("SIGTERM");
  });

  test("leaves the rest to the other one, to which the carrier brings at once what it had not heard of", async () => {
    const before = await taken();
    const load = loadOf(simulator, sides);
    const [first, second] = [await startGateway(), await startGateway()];
    await killUnder(load, 1_000, first, "SIGKILL");
    await allArrive(load);
    const { doubled, ...audit } = load.audit();
    expect(audit).toEqual({ lost: 0, misrouted: 0, disordered: 0 });
    expect(await taken()).toBe(before + load.sent());
    expect(doubled).toBeLessThanOrEqual(2 * WINDOW);
    await second.end("SIGTERM");
  });

  test("does not make one text of two that say the same", async () => {
    const load = loadOf(simulator, sides, "ok");
    const [first, second] = [await startGateway(), await startGateway()];
    load.send(200);
    await allArrive(load);
    await allSettled();
    await first.end("SIGKILL");
    load.send(200);
    await allArrive(load);
    expect(load.audit()).toEqual({ lost: 0, doubled: 0, misrouted: 0, disordered: 0 });
    await second.end("SIGTERM");
  });
});

/** Every living gateway has let the others know that the carrier has heard of all that was taken until now. */
const allSettled = () => {
  const now = systemClock.now();
  return eventually(async () => {
    const reports = await storage.linkReports.all();
    return reports.filter(({ ageMs }) => ageMs < 2_000).every(({ settledBefore }) => settledBefore >= now);
  }, "everything is settled");
};

test("a gateway that is stopped under load ends in time, and what it took is sent once, by the next", async () => {
  const load = loadOf(simulator, sides);
  const gateway = await startGateway();
  const startedAt = performance.now();
  expect(await killUnder(load, 1_000, gateway, "SIGTERM")).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(gateway.output()).toContain("Stopped");
  const next = await startGateway();
  await allArrive(load);
  expect(load.audit()).toEqual({ lost: 0, doubled: 0, misrouted: 0, disordered: 0 });
  await next.end("SIGTERM");
});
