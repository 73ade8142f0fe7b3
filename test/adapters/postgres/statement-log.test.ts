import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "#adapters/embedded-postgres/embedded-postgres.ts";
import { memoryClock } from "#adapters/memory/clock.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { live } from "#test/contracts/personal-story.ts";
import { openFixture, rent } from "#test/contracts/storage-fixture.ts";
import { aParticipant, freshId, freshNumber, NOON, swapOf } from "#test/support/traffic-builders.ts";

/** A server that writes down every statement with its parameters, as one with `log_min_duration_statement` does for slow ones. */
const TALKATIVE = { log_statement: "all", log_error_verbosity: "default", fsync: "off" };

let dataDir: string;
let server: EmbeddedPostgres;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-log-"));
  const started = await startEmbeddedPostgres({ dataDir, settings: TALKATIVE });
  if (!started.ok) throw new Error("Expected a server");
  server = started.value;
  await migrate(server.url);
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test("a log of all statements holds no real number, name, reference or text", async () => {
  const storage = postgresStorage({
    url: server.url,
    keyring: keyring([randomBytes(32)]),
    clock: memoryClock(NOON),
  });
  const { conversations, numbers, optOuts, traffic } = storage;
  const { a, b, ab, words } = await live(storage);
  const fixture = await openFixture(storage);
  const newcomer = freshNumber();
  const joining = { number: newcomer, name: "Zuleika the Second" };
  const swap = swapOf(fixture.conversation, fixture.a.id, aParticipant(fixture.a.virtualNumber, joining));
  await conversations.openingFacts(DEFAULT_SERVICE_ID, [newcomer, b.number], true);
  await conversations.swap(swap);
  await conversations.list(
    { serviceId: null, state: null, participant: a.number, reference: "order of Zuleika" },
    { limit: 10, after: null },
  );
  await conversations.routeAt(ab, NOON);
  await conversations.patch(fixture.conversation.id, { metadata: { address: "221B Baker Street" } });
  await traffic.routes([ab]);
  await rent(storage);
  await numbers.add({
    number: b.number,
    serviceId: DEFAULT_SERVICE_ID,
    country: "GB",
    features: ["SMS"],
    at: NOON,
  });
  await numbers.ownAmong([a.number, newcomer, ab.virtualNumber]);
  await optOuts.put(DEFAULT_SERVICE_ID, newcomer, NOON);
  await optOuts.get(DEFAULT_SERVICE_ID, newcomer);
  await optOuts.remove(DEFAULT_SERVICE_ID, newcomer, NOON + 1);
  await storage.idempotency.abandon({ scope: a.number, key: b.number, seed: freshId() } as never);
  await storage.close();
  const log = await readFile(join(dataDir, "postgres.log"), "utf8");
  // It does hold parameters.
  expect(log).toContain(ab.virtualNumber);
  // An area alone is also that of our numbers.
  const secrets = [...words.filter((word) => word !== "44770"), newcomer, fixture.a.number, fixture.b.number];
  const virtual = [a, b, fixture.a, fixture.b].map(({ virtualNumber }) => virtualNumber);
  const withoutOurs = virtual.reduce((text, number) => text.replaceAll(number, ""), log);
  for (const secret of secrets) {
    const lines = withoutOurs.split("\n").filter((line) => line.includes(secret));
    expect(lines.map((line) => line.slice(0, 300))).toEqual([]);
  }
});
