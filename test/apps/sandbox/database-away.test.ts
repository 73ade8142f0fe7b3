import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "#adapters/embedded-postgres/embedded-postgres.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { expectProblem, opened, rent, somebody } from "#test/apps/api/participants.ts";
import { type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

let dataDir: string;
let postgres: EmbeddedPostgres;
let api: RunningApi;

const startDatabase = async (port?: number): Promise<EmbeddedPostgres> => {
  const started = await startEmbeddedPostgres({ dataDir, port });
  if (!started.ok) throw new Error(started.error.kind);
  return started.value;
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-away-test-"));
  postgres = await startDatabase();
  await migrate(postgres.url);
  api = await startApi({ databaseUrl: postgres.url });
  await rent(api, 2);
});
afterAll(async () => {
  await api.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test("while the database is away everything says so and nothing breaks; when it is back, all goes on by itself", async () => {
  const { id, participants } = await opened(api, { intro: false });
  const [ann, ben] = participants;
  await postgres.stop();

  expectProblem(await api.ask("GET", `/v1/conversations/${id}`), 503, "unavailable");
  const body = { participants: [{ number: somebody() }, { number: somebody() }] };
  const refused = await api.ask("POST", "/v1/conversations", { body });
  expectProblem(refused, 503, "unavailable");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expectProblem(await api.ask("GET", "/readyz", { key: null }), 503, "unavailable");
  expect((await api.ask("GET", "/healthz", { key: null })).status).toBe(200);
  const webhook = {
    msisdn: ann.number.slice(1),
    to: ben.virtualNumber.slice(1),
    messageId: "0A01",
    text: "By hand",
    type: "text",
  };
  expectProblem(
    await api.ask("POST", "/webhooks/vonage/inbound", { key: null, body: webhook }),
    503,
    "unavailable",
  );
  // The carrier comes again and again.
  api.simulator.text(ann.number, ben.virtualNumber, "Sent while it was away");

  // Longer than a lease, so that this process has been declared dead meanwhile, or nearly.
  const backAt = performance.now() + 8_000;
  await eventually(() => performance.now() > backAt, "the database has been away for a while", 10_000);
  expectProblem(await api.ask("GET", "/v1/conversations"), 503, "unavailable");
  postgres = await startDatabase(postgres.port);

  await eventually(
    () => api.simulator.inbox(ben.number).some(({ text }) => text === "Sent while it was away"),
    "the text arrives after all",
    20_000,
  );
  // What came by hand was refused, so it may have been written or not; but nothing arrives twice.
  const texts = api.simulator.inbox(ben.number).map(({ text }) => text);
  expect(texts.toSorted()).toEqual([...new Set(texts)].toSorted());
  await eventually(
    async () => (await api.ask("GET", "/readyz", { key: null })).status === 200,
    "it is ready again",
  );
  expect((await api.ask("POST", "/v1/conversations", { body })).status).toBe(201);
  expect(
    api.log.filter((line) => line.includes('"level":"fatal"') || line.includes('"level":"error"')),
  ).toEqual([]);
});
