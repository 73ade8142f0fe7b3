import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { type RunningChild, startChild } from "#test/apps/sandbox/running-child.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { startGatewayProcess, WINDOW } from "./gateway-process.ts";
import { loadOf } from "./load.ts";
import { NEXT_MIGRATION, writeNextVersion } from "./next-version.ts";
import { openConversations, ourNumbers, register } from "./people.ts";
import { ENCRYPTION_KEY } from "./running-gateway.ts";

const TEXTS_EACH = 4;
const EVERY_MS = 100;

let database: TestDatabase;
let storage: PostgresStorage;
let simulator: Simulator;
let next: ReturnType<typeof writeNextVersion>;
beforeAll(async () => {
  next = writeNextVersion();
  database = await createTestDatabase();
  storage = postgresStorage({ url: database.url, keyring: keyring([ENCRYPTION_KEY]), clock: systemClock });
  await register(storage, ourNumbers(4));
  const retry = { firstMs: 50, factor: 1, maxMs: 500, attempts: 10_000, horizonMs: 600_000 };
  simulator = await startSimulator({ limits: noLimits, rented: ourNumbers(4), smpp: { retry } });
});
afterAll(async () => {
  await simulator.stop();
  await storage.close();
  await database.drop();
  next.remove();
});

const hasSent = async (gateway: RunningChild): Promise<boolean> => {
  const [, address] = await gateway.line(/"address":"([^"]+)"[^\n]*"Ready"/);
  const figures = await (await fetch(`${address}/metrics`)).text();
  return [...figures.matchAll(/^sms_proxy_messages_sent_total\{[^}]*\} (\d+)$/gm)].some(
    ([, count]) => Number(count) > 0,
  );
};

test("two versions work side by side while people text, the migration of the later one included, and no text is lost", async () => {
  const load = loadOf(simulator, await openConversations(storage, 20));
  const settings = {
    DATABASE_URL: database.url,
    ENCRYPTION_KEYS: Buffer.from(ENCRYPTION_KEY).toString("base64"),
  };
  const before = await startGatewayProcess(simulator, database.url);
  const texting = setInterval(() => load.send(TEXTS_EACH), EVERY_MS);
  try {
    await eventually(() => hasSent(before), "the version before sends", 30_000);
    const early = startChild("apps/gateway/main.ts", { ...settings, GATEWAY_PORT: "0" }, next.root);
    expect(await early.ended()).toBe(1);
    expect(early.output()).toContain(`lacks ${NEXT_MIGRATION}; run "npm run migrate" first`);

    const migration = startChild("apps/migrate/main.ts", settings, next.root);
    expect(await migration.ended()).toBe(0);
    expect(migration.output()).toContain(`Applied ${NEXT_MIGRATION}`);

    const later = await startGatewayProcess(simulator, database.url, {}, next.root);
    await eventually(() => hasSent(later), "the later version sends", 30_000);
    // One of the version before may still be started, such as when the later one has to be taken back.
    const again = await startGatewayProcess(simulator, database.url);
    expect(await before.end("SIGTERM")).toBe(0);
    await eventually(() => hasSent(again), "one that was started on the later schema sends", 30_000);
    expect(await again.end("SIGTERM")).toBe(0);
  } finally {
    clearInterval(texting);
  }
  await eventually(() => load.audit().lost === 0, "every text arrives", 60_000);
  const { doubled, ...audit } = load.audit();
  expect(audit).toEqual({ lost: 0, misrouted: 0, disordered: 0 });
  expect(doubled).toBeLessThanOrEqual(2 * WINDOW);
}, 150_000);
