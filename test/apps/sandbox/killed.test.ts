import { createServer } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { ADMIN, ask } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { type RunningChild, startChild } from "./running-child.ts";

const KILLS = 2;
const CONVERSATIONS = 10;
const TEXTS_OF_EACH = 4;
/** What may be with the carrier, unanswered, when the process dies. */
const WINDOW = 20;

let database: TestDatabase;
let simulator: Simulator;

beforeAll(async () => {
  database = await createTestDatabase();
  simulator = await startSimulator({
    limits: noLimits,
    webhooks: { retry: { firstMs: 50, factor: 1, maxMs: 100, attempts: 1_000, horizonMs: 60_000 } },
  });
  simulator.setFaults({ latencyMs: 20, jitterMs: 30 });
});
afterAll(async () => {
  await simulator.stop();
  await database.drop();
});

test("whatever the carrier was told is safe arrives, although the process is killed again and again", async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<RunningChild> => {
    const child = startChild("apps/api/main.ts", settingsFor(port));
    await child.line(/"Ready"/);
    return child;
  };
  let child = await start();
  const rented = await ask(`${url}/v1/numbers/rent`, "POST", {
    body: { country: "GB", count: CONVERSATIONS },
  });
  expect(rented.status, JSON.stringify(rented.body)).toBe(201);
  const recipients: { readonly from: string; readonly to: string; readonly handset: string }[] = [];
  for (let i = 0; i < CONVERSATIONS; i += 1) {
    const [from, handset] = [`+44770090040${i}`, `+44770090041${i}`];
    const body = { participants: [{ number: from }, { number: handset }], intro: false };
    const { participants } = (await ask(`${url}/v1/conversations`, "POST", { body })).body;
    recipients.push({ from, handset, to: participants[1].virtualNumber });
  }

  const sent: { readonly handset: string; readonly text: string }[] = [];
  const textAll = (words: string, times: number): void => {
    for (let i = 0; i < times * recipients.length; i += 1) {
      const { from, to, handset } = recipients[i % recipients.length]!;
      const text = `${words}, number ${i}`;
      simulator.text(from, to, text);
      sent.push({ handset, text });
    }
  };
  const kill = async (): Promise<void> => {
    expect(await child.end("SIGKILL")).toBe("SIGKILL");
    child = await start();
  };

  // At some moment while texts are on their way out.
  for (let life = 1; life <= KILLS; life += 1) {
    textAll(`Life ${life}`, TEXTS_OF_EACH);
    const some = Math.floor(Math.random() * TEXTS_OF_EACH * recipients.length);
    const before = simulator.stats().http.submits;
    await eventually(() => simulator.stats().http.submits >= before + some, `${some} more have left`, 20_000);
    await kill();
  }
  // While no message can be recorded, none is acknowledged.
  const unlock = await lockMessages(database.url);
  const { acks, delivers } = simulator.stats().http;
  textAll("While locked", 1);
  await eventually(
    () => simulator.stats().http.delivers >= delivers + recipients.length,
    "all are with the process",
  );
  expect((await ask(`${url}/healthz`, "GET")).status).toBe(200);
  expect(simulator.stats().http.acks).toBe(acks);
  await Promise.all([kill(), unlock()]);

  const missing = () =>
    sent.filter(({ handset, text }) => !simulator.inbox(handset).some((shown) => shown.text === text));
  await eventually(() => missing().length === 0, "every text arrives", 30_000).catch(() => {});
  expect(missing()).toEqual([]);
  // What was with the carrier when the process died may go out once more; nothing else does.
  const shown = recipients.flatMap(({ handset }) => simulator.inbox(handset));
  expect(shown.length - sent.length).toBeLessThanOrEqual(KILLS * WINDOW);
  expect(await child.end("SIGTERM")).toBe(0);
  expect(child.output()).not.toContain("fatal");
});

/** Lets nobody record a message until the returned function is called. */
const lockMessages = async (databaseUrl: string): Promise<() => Promise<void>> => {
  const client = new Client(databaseUrl).on("error", () => {});
  await client.connect();
  await client.query("begin");
  await client.query("lock table message in exclusive mode");
  return () => client.end();
};

const settingsFor = (port: number): Readonly<Record<string, string>> => ({
  PORT: String(port),
  DATABASE_URL: database.url,
  API_KEYS: `test:${ADMIN}`,
  ENCRYPTION_KEYS: Buffer.alloc(32, 7).toString("base64"),
  VONAGE_API_KEY: simulator.account.apiKey,
  VONAGE_API_SECRET: simulator.account.apiSecret,
  VONAGE_REST_HOST: simulator.httpUrl,
  VONAGE_API_HOST: simulator.httpUrl,
  HTTP_RATE: "10000",
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
};
