import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { listenForWakeups } from "#adapters/postgres/wakeups.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import {
  commit,
  eventually,
  joinDispatch,
  openFixture,
  stateOfMessage,
} from "#test/contracts/storage-fixture.ts";
import { silentLineTo } from "#test/support/silent-line.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { aBatch, anInboundOn, DAY, NOON, relayWrite } from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

describe("storage whose database", () => {
  let database: TestDatabase;
  let storage: PostgresStorage;

  beforeEach(async () => {
    database = await createTestDatabase();
    storage = postgresStorage({
      url: database.url,
      keyring: keyring([randomBytes(32)]),
      clock: memoryClock(NOON),
    });
  });
  afterEach(async () => {
    await storage.close();
    await database.drop();
  });

  const OTHERS = "datname = current_database() and pid <> pg_backend_pid()";
  const cutAll = (client: Client) =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${OTHERS}`);

  test("is cut in the middle of a commit says so, and takes the same batch afterwards", async () => {
    const { ab } = await openFixture(storage);
    const writer = await joinDispatch(storage);
    await commit(storage, writer, { inbound: [relayWrite(ab, { own: true })] });
    const batch = aBatch(writer, {
      inbound: [relayWrite(ab, { own: true }), relayWrite(ab, { own: true })],
    });
    await withClient(database.url, async (client) => {
      // The commit waits behind this lock, as it would behind a burial.
      await client.query("begin");
      await client.query("select 1 from dispatcher where id = $1 for update", [writer]);
      const committing = storage.traffic.commit(batch).catch((error: unknown) => error);
      await eventually(async () => {
        const waiting = await client.query(
          `select 1 from pg_stat_activity where ${OTHERS} and wait_event_type = 'Lock'`,
        );
        return waiting.rows.length === 1;
      });
      await cutAll(client);
      expect(await committing).toBeInstanceOf(StorageUnavailable);
      await client.query("rollback");
    });
    // Connections that had been idle were cut as well, and each of them is noticed only when it is used.
    const stateAfterCut = () =>
      stateOfMessage(storage, batch.inbound[0]!.inbound.id).catch(() => "no answer");
    await eventually(async () => (await stateAfterCut()) !== "no answer");
    expect(await stateAfterCut()).toBeUndefined();
    expect(await storage.traffic.commit(batch)).toMatchObject({
      kind: "committed",
      inbound: ["owned", "owned"],
    });
    expect(await storage.traffic.commit(batch)).toMatchObject({
      kind: "committed",
      inbound: ["owned", "owned"],
    });
  });

  test("has cut all idle connections does not notice", async () => {
    const { ab, conversation } = await openFixture(storage);
    const writer = await joinDispatch(storage);
    await withClient(database.url, cutAll);
    const tries = async () => {
      await storage.conversations.get(conversation.id);
      await commit(storage, writer, { inbound: [relayWrite(ab)] });
    };
    await eventually(() =>
      tries().then(
        () => true,
        () => false,
      ),
    );
  });

  test("is away answers that it is unavailable, and works again when it is back", async () => {
    const { conversation, ab } = await openFixture(storage);
    const writer = await joinDispatch(storage);
    const admin = new URL(database.url);
    const name = admin.pathname.slice(1);
    admin.pathname = "/postgres";
    await withClient(admin.href, async (client) => {
      await client.query(`alter database "${name}" allow_connections false`);
      await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
      await eventually(async () => (await storage.problem()) === "away");
      const write = aBatch(writer, { inbound: [relayWrite(ab)] });
      await expect(storage.traffic.commit(write)).rejects.toBeInstanceOf(StorageUnavailable);
      await expect(storage.conversations.get(conversation.id)).rejects.toBeInstanceOf(StorageUnavailable);
      await expect(
        storage.dispatch.claim({ dispatcher: writer, ownedRecipientIds: [], limit: 1, now: NOON }),
      ).rejects.toBeInstanceOf(StorageUnavailable);
      await client.query(`alter database "${name}" allow_connections true`);
      await eventually(async () => (await storage.problem()) === null);
      expect(await storage.traffic.commit(write)).toMatchObject({ kind: "committed", inbound: ["queued"] });
    });
  });

  test.each<[string, string | undefined]>([
    ["from the start", undefined],
    ["when a transaction is to be committed", "commit"],
  ])("says nothing any more, %s, is given up within ten seconds", async (_, word) => {
    const line = await silentLineTo(database.url);
    const frozen = postgresStorage({
      url: line.url,
      keyring: keyring([randomBytes(32)]),
      clock: memoryClock(NOON),
    });
    try {
      const { conversation } = await openFixture(frozen);
      line.goSilent(word);
      const since = performance.now();
      const closing = frozen.conversations.close({
        id: conversation.id,
        reason: "requested",
        at: NOON,
        quarantinedUntil: NOON + DAY,
        unlessTextedAfter: null,
      });
      await expect(closing).rejects.toBeInstanceOf(StorageUnavailable);
      expect(performance.now() - since).toBeLessThan(10_000);
    } finally {
      await line.close();
      await frozen.close();
    }
  });

  test("lost the connection that listens wakes everybody when it is back, and for work after that", async () => {
    const { ab } = await openFixture(storage);
    const writer = await joinDispatch(storage);
    let wakeups = 0;
    storage.dispatch.onWork(() => {
      wakeups += 1;
    });
    await withClient(database.url, async (client) => {
      await eventually(async () => {
        const listening = await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where ${OTHERS} and application_name like '%wakeups'`,
        );
        return listening.rows.length === 1;
      });
    });
    const before = wakeups;
    await eventually(() => wakeups > before);
    const back = wakeups;
    await commit(storage, writer, { inbound: [relayWrite(ab)] });
    await eventually(() => wakeups > back);
  });

  test("is not heard any more by who listens, without a word, is listened to anew", async () => {
    const line = await silentLineTo(database.url);
    const wakeups = listenForWakeups(line.url, 50);
    let heard = 0;
    wakeups.on("work", () => {
      heard += 1;
    });
    try {
      await eventually(async () => heard > 0);
      const before = heard;
      line.forgetOpen();
      await eventually(async () => heard > before);
      const back = heard;
      await withClient(database.url, (client) => client.query("select pg_notify('work', '')"));
      await eventually(async () => heard > back);
    } finally {
      await wakeups.close();
      await line.close();
    }
  });

  test("refuses a statement repeats nothing of what was in it", async () => {
    const { ab } = await openFixture(storage);
    const writer = await joinDispatch(storage);
    const text = "a text that nobody may read";
    const inbound = anInboundOn(ab, { id: `not an id: ${ab.sender}`, text });
    const failures = await Promise.all([
      storage.traffic.commit(aBatch(writer, { inbound: [relayWrite(ab, { inbound })] })).catch(inspectAll),
      storage.conversations.get(`${text} ${ab.sender}`).catch(inspectAll),
    ]);
    for (const failure of failures) {
      expect(failure).toContain("22P02");
      expect(failure).not.toContain(ab.sender);
      expect(failure).not.toContain(text);
    }
  });
});

/** Everything that a log could make of an error. */
const inspectAll = (error: unknown): string =>
  inspect(error, { depth: 10, showHidden: true }) + String(error) + JSON.stringify(error);
