import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { expect, test } from "vitest";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { memoryClock } from "#adapters/memory/clock.ts";
import { cursorOf, placeOf } from "#adapters/postgres/events/cursor.ts";
import { migrate, pendingMigrations } from "#adapters/postgres/migrate.ts";
import { settleRestored } from "#adapters/postgres/restored.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { allOf } from "#test/contracts/events.contract.ts";
import { joinDispatch, openFixture, queueText, rent } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import { NOON } from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

const SETTINGS = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
const TABLES = ["number", "event_batch", "event_era", "event_floor"];

/** What a dump and its restore do to the tables that the log consists of: rows come with the ids of transactions of where they were made. */
const restore = async (from: Client, into: Client): Promise<void> => {
  for (const table of TABLES) {
    await into.query(`delete from ${table}`);
    const { rows } = await from.query<{ row: string }>(`select to_jsonb(t)::text as row from ${table} t`);
    for (const { row } of rows)
      await into.query(`insert into ${table} select * from jsonb_populate_record(null::${table}, $1)`, [row]);
  }
  const { rows } = await from.query<{ last: string }>("select nextval('event_position') as last");
  await into.query("select setval('event_position', $1)", [rows[0]!.last]);
};

/** One that is going, with a line that is still to come. */
const BROADCAST = `with going as (
  insert into broadcast (id, service_id, state, starts_at, created_at, fed_at) values ($1, $2, 'active', $3, $3, $3))
insert into broadcast_line (broadcast_id, line, conversation_id, recipient_id, payload) values ($1, 1, $4, $5, '')`;

const NO_TAGS = new Map([[1, 0]]);

/** A whole cluster is started. */
const TIMEOUT_MS = 60_000;

test("a reader goes on after a dump was restored in another cluster, which counts its transactions anew", {
  timeout: TIMEOUT_MS,
}, async () => {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-era-"));
  const another = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
  if (!another.ok) throw new Error("The other cluster does not start");
  const open = (url: string) =>
    postgresStorage({ url, keyring: keyring([randomBytes(32)]), clock: memoryClock(NOON) });
  try {
    const before = open(database.url);
    // The other cluster has had far fewer transactions.
    await withClient(database.url, (client) =>
      client.query(
        "do $$ begin for n in 1..3000 loop perform pg_current_xact_id(); commit; end loop; end $$",
      ),
    );
    await rent(before, 3);
    const told = await allOf(before.events);
    expect(told).toHaveLength(3);
    await before.close();

    const { url } = another.value;
    await migrate(url);
    await withClient(database.url, (from) => withClient(url, (into) => restore(from, into)));
    expect(await pendingMigrations(url)).toEqual(["event-era-2"]);
    expect(await migrate(url)).toEqual(["event-era-2"]);
    expect(await pendingMigrations(url)).toEqual([]);

    const after = open(url);
    const [, second] = told;
    expect(await allOf(after.events, { after: second!.cursor })).toEqual(told.slice(2));
    await rent(after, 2);
    const later = await allOf(after.events, { after: told.at(-1)!.cursor });
    expect(later).toHaveLength(2);
    expect(await allOf(after.events)).toEqual([...told, ...later]);
    await after.close();
  } finally {
    await another.value.stop();
    await rm(dataDir, { recursive: true, force: true });
    await database.drop();
  }
});

test("after a cluster went back to an earlier point, who had read beyond it misses nothing, and what waits counts as sent without an answer", async () => {
  const database = await createTestDatabase();
  const storage = postgresStorage({
    url: database.url,
    keyring: keyring([randomBytes(32)]),
    clock: memoryClock(NOON),
  });
  const { ab } = await openFixture(storage);
  const dispatcher = await joinDispatch(storage);
  await queueText(storage, dispatcher, ab);
  const told = await allOf(storage.events);
  // As read before the crash, from transactions that are undone.
  const last = placeOf(told.at(-1)!.cursor, NO_TAGS)!;
  const beyond = cursorOf({ ...last, xid: String(BigInt(last.xid) + 100_000n) }, NO_TAGS);

  await withClient(database.url, (client) =>
    client.query(BROADCAST, [randomUUID(), randomUUID(), NOON, ab.conversationId, ab.recipientId]),
  );

  expect(await settleRestored(database.url)).toEqual({ messages: 1, broadcasts: 1, broadcastLines: 1 });
  await rent(storage, 2);
  expect(await allOf(storage.events, { after: beyond })).toHaveLength(2);
  const beat = { dispatcher, recoverFrom: "00000000-0000-7000-8000-000000000000", mayExpire: false };
  expect(await storage.dispatch.heartbeat(beat)).toBe("fenced");
  const another = await joinDispatch(storage);
  const claims = await storage.dispatch.claim({
    ...{ dispatcher: another, ownedRecipientIds: [], limit: 10, now: NOON + 1 },
  });
  expect(claims.map(({ answerLost }) => answerLost)).toEqual([true]);
  await storage.close();
  await database.drop();
});

test("two restores of one backup give no cursor twice, and a reader of the lost one misses nothing of the other", async () => {
  const backup = await createTestDatabase();
  const open = (url: string) =>
    postgresStorage({ url, keyring: keyring([randomBytes(32)]), clock: memoryClock(NOON) });
  const origin = open(backup.url);
  await rent(origin, 1);
  await origin.close();
  const restored = async () => {
    const database = await createTestDatabase();
    await withClient(backup.url, (from) =>
      withClient(database.url, async (into) => {
        await restore(from, into);
      }),
    );
    await settleRestored(database.url);
    const storage = open(database.url);
    await rent(storage, 2);
    const told = (await allOf(storage.events)).slice(1);
    return { database, storage, told };
  };
  const [lost, kept] = [await restored(), await restored()];
  expect(kept.told).toHaveLength(2);
  expect(new Set([...lost.told, ...kept.told].map(({ id }) => id)).size).toBe(4);
  // Databases of one cluster share their ids of transactions, those of two restores do not.
  const eraIn = ({ cursor }: { readonly cursor: string }) => cursor.replace(/_.*_/, "_");
  expect(eraIn(lost.told[0]!)).not.toBe(eraIn(kept.told[0]!));
  for (const { cursor } of lost.told)
    expect(await allOf(kept.storage.events, { after: cursor })).toEqual(kept.told);
  // One who has followed the lost one through a further restore, which is not known here.
  await settleRestored(lost.database.url);
  await rent(lost.storage, 1);
  const further = (await allOf(lost.storage.events)).at(-1)!;
  expect(await allOf(kept.storage.events, { after: further.cursor })).toEqual(kept.told);
  expect(await allOf(kept.storage.events, { after: kept.told[0]!.cursor })).toEqual(kept.told.slice(1));
  for (const { storage, database } of [lost, kept]) {
    await storage.close();
    await database.drop();
  }
  await backup.drop();
});
