import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { shownAddress } from "#apps/process/database.ts";
import { databaseCheckComponent, waitForDatabase } from "#apps/process/database-check.ts";
import { journalTo } from "#core/ports/journal.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { aNumber, NOON } from "#test/support/traffic-builders.ts";

const [key, other] = [randomBytes(32), randomBytes(32)];
const lines: string[] = [];
const journal = journalTo((_, fact) => void lines.push((fact as { problem: string }).problem));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const storage = postgresStorage({
    url: database.url,
    keyring: keyring([key]),
    clock: memoryClock(NOON),
  });
  await storage.numbers.add(aNumber());
  await storage.close();
});
afterAll(() => database.drop());

const start = (...encryptionKeys: readonly Uint8Array[]) =>
  databaseCheckComponent(() => ({ url: database.url, shown: "here" }), { encryptionKeys }, journal).start();

test("a process with another key does not start, and names the key that the database needs", async () => {
  expect((await start(key)).ok).toBe(true);
  expect((await start(other, key)).ok).toBe(true);
  const [id] = keyring([key]).keyIds;
  expect(await start(other)).toEqual({
    ok: false,
    error: `Cannot start: rows of the database are sealed with a key that ENCRYPTION_KEYS lacks: ${id}`,
  });
});

test("a database that is away is waited for, and then named without its password", async () => {
  const url = "postgresql://user:password@127.0.0.1:1/name";
  const place = { url, shown: shownAddress(url) };
  const result = await waitForDatabase(place, journal, { waitMs: 400 });
  const line = "Cannot reach the database at 127.0.0.1:1: nothing answers there";
  expect(result).toEqual({ ok: false, error: `${line}; check DATABASE_URL` });
  expect(lines).toEqual([line]);
});

test("a database over a Unix socket is shown by its folder", () => {
  expect(shownAddress("postgresql://user:password@/name?host=/var/run/postgresql")).toBe(
    "/var/run/postgresql",
  );
  expect(shownAddress("postgresql://user:password@db.example.com:5433/name")).toBe("db.example.com:5433");
});
