import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import type { RunningChild } from "#test/apps/sandbox/running-child.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { startGatewayProcess } from "./gateway-process.ts";
import { loadOf } from "./load.ts";
import { openConversations, ourNumbers, register, type Side } from "./people.ts";
import { ENCRYPTION_KEY } from "./running-gateway.ts";

/** Messages a second that the carrier takes on each interface. */
const LIMITS = { smpp: 30, http: 20 };
const STANDSTILL_MS = { least: 100, most: 300 };
const CONVERSATIONS = 20;

let database: TestDatabase;
let storage: PostgresStorage;
let simulator: Simulator;
let sides: readonly Side[];

beforeAll(async () => {
  database = await createTestDatabase();
  storage = postgresStorage({ url: database.url, keyring: keyring([ENCRYPTION_KEY]), clock: systemClock });
  await register(storage, ourNumbers(4));
  simulator = await startSimulator({
    limits: { ...noLimits, ...LIMITS, binds: 4 },
    rented: ourNumbers(4),
    smpp: { retry: { firstMs: 50, factor: 1, maxMs: 100, attempts: 10_000, horizonMs: 600_000 } },
  });
  sides = await openConversations(storage, CONVERSATIONS);
});
afterAll(async () => {
  await simulator.stop();
  await storage.close();
  await database.drop();
});
afterEach(() => simulator.resetStats());

const startGateway = (fallbackAfter: string): Promise<RunningChild> =>
  startGatewayProcess(simulator, database.url, {
    SMPP_RATE: String(LIMITS.smpp),
    HTTP_RATE: String(LIMITS.http),
    FALLBACK_AFTER: fallbackAfter,
  });

const between = (least: number, most: number): number => least + Math.random() * (most - least);
/** Not to wait for anything, but to leave chance its time. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Stops the gateways, and the carrier, for a moment every now and then, until it is told to end. */
const disturb = (gateways: readonly RunningChild[]): (() => Promise<void>) => {
  let isOver = false;
  const standStill = async (gateway: RunningChild): Promise<void> => {
    while (!isOver && gateway.process.exitCode === null && gateway.process.signalCode === null) {
      await pause(between(20, 500));
      gateway.process.kill("SIGSTOP");
      await pause(between(STANDSTILL_MS.least, STANDSTILL_MS.most));
      gateway.process.kill("SIGCONT");
    }
  };
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  const carrier = async (): Promise<void> => {
    while (!isOver) {
      await pause(between(20, 900));
      // The carrier runs in this process: what comes meanwhile is read afterwards, all at once.
      Atomics.wait(nothing, 0, 0, between(STANDSTILL_MS.least, STANDSTILL_MS.most));
    }
  };
  const ends = [...gateways.map(standStill), carrier()];
  const end = async (): Promise<void> => {
    isOver = true;
    await Promise.all(ends);
  };
  onTestFinished(end);
  return end;
};

/** What the carrier counted, by its own clock. */
const counted = () => {
  const { smpp, http } = simulator.stats();
  const throttled = smpp.throttled + http.throttled;
  return { throttled, smppPeak: smpp.peakPerSecond, httpPeak: http.peakPerSecond };
};

test("the limits of SMPP and of HTTP are kept in every second of the carrier's, although all stand still at times", async () => {
  const gateway = await startGateway("0s");
  const load = loadOf(simulator, sides);
  const end = disturb([gateway]);
  load.send(400);
  await eventually(() => load.audit().lost === 0, "every text arrives", 60_000);
  await end();
  const { throttled, smppPeak, httpPeak } = counted();
  expect(throttled).toBe(0);
  expect(smppPeak).toBeLessThanOrEqual(LIMITS.smpp);
  expect(httpPeak).toBeLessThanOrEqual(LIMITS.http);
  expect(load.audit()).toEqual({ lost: 0, doubled: 0, misrouted: 0, disordered: 0 });
  await gateway.end("SIGTERM");
});

test("they are kept while another gateway joins, and when the first one leaves or dies", async () => {
  const first = await startGateway("600s");
  const load = loadOf(simulator, sides);
  load.send(450);
  const arrived = (count: number) =>
    eventually(() => load.audit().lost <= 450 - count, `${count} arrive`, 60_000);
  await arrived(50);
  const second = await startGateway("600s");
  const end = disturb([first, second]);
  await arrived(180);
  await first.end("SIGTERM");
  const third = await startGateway("600s");
  await arrived(300);
  await second.end("SIGKILL");
  await arrived(450);
  await end();
  const { throttled, smppPeak } = counted();
  expect(throttled).toBe(0);
  expect(smppPeak).toBeLessThanOrEqual(LIMITS.smpp);
  expect(load.audit()).toMatchObject({ lost: 0, misrouted: 0, disordered: 0 });
  await third.end("SIGTERM");
});
