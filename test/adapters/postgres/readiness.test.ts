import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { openFixture } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { NOON } from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

let database: TestDatabase;
let storage: PostgresStorage;

beforeAll(async () => {
  database = await createTestDatabase();
  const clock = memoryClock(NOON);
  storage = postgresStorage({ url: database.url, keyring: keyring([randomBytes(32)]), clock });
  await openFixture(storage);
});
afterAll(async () => {
  await storage.close();
  await database.drop();
});

const run = (statement: string) => withClient(database.url, (client) => client.query(statement));

test("a process that runs sees at each question whether it has the schema and the keys that it needs", async () => {
  expect(await storage.problem()).toBeNull();
  await run("insert into sealing_key (id) values ('0badc0de')");
  expect(await storage.problem()).toBe("missing-keys");
  await run("delete from sealing_key where id = '0badc0de'");
  expect(await storage.problem()).toBeNull();
  await run("alter table sealing_key rename to sealing_key_of_tomorrow");
  expect(await storage.problem()).toBe("outdated-schema");
  await run("alter table sealing_key_of_tomorrow rename to sealing_key");
  expect(await storage.problem()).toBeNull();
});
