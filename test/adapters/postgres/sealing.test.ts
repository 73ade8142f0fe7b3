import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { blindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { checkKeys } from "#adapters/postgres/sealing/key-check.ts";
import { keyUse } from "#adapters/postgres/sealing/key-use.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { reseal } from "#adapters/postgres/sealing/reseal.ts";
import { SEALED_COLUMNS } from "#adapters/postgres/sealing/sealed-columns.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { live, waited } from "#test/contracts/personal-story.ts";
import { erase } from "#test/contracts/privacy.contract.ts";
import { openFixture, routeOf } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import { aNoticeTo, aNumber, DAY, NOON, setOf } from "#test/support/traffic-builders.ts";
import { everythingIn, openedIn, withClient } from "./database-rows.ts";

/** Under which index a participant's number is found. */
const indexOf = (url: string, number: string): Promise<string> =>
  withClient(url, async (client) => {
    const { rows } = await client.query("select sealed from secret where name = 'index-key'");
    const key = keyring([oldKey]).open({ purpose: "secret", row: "index-key" }, rows[0].sealed);
    return key.ok ? blindIndex(key.value).ofNumber(number) : "";
  });

/** The tables in which an index stands, in whatever column. */
const tablesWith = (url: string, index: string): Promise<readonly string[]> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ table: string; column: string }>(
      `select c.relname as "table", a.attname as "column" from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
         and a.atttypid = 'uuid'::regtype order by 1, 2`,
    );
    const found = new Set<string>();
    for (const { table, column } of rows) {
      const { rowCount } = await client.query(`select from "${table}" where "${column}" = $1 limit 1`, [
        index,
      ]);
      if (rowCount! > 0) found.add(table);
    }
    return [...found];
  });

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];

describe("the database", () => {
  let database: TestDatabase;
  const storages: PostgresStorage[] = [];
  const storageWith = (...keys: readonly Uint8Array[]): PostgresStorage => {
    const storage = postgresStorage({ url: database.url, keyring: keyring(keys), clock: memoryClock(NOON) });
    storages.push(storage);
    return storage;
  };

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(storages.splice(0).map((storage) => storage.close()));
    await database.drop();
  });

  test("holds no real number and no text, in any column of any table", async () => {
    const { words, a, b } = await live(storageWith(oldKey));
    const everything = await everythingIn(database.url);
    const virtual = [a.virtualNumber, b.virtualNumber];
    const withoutOurs = virtual.reduce((text, number) => text.replaceAll(number, ""), everything);
    expect(words.filter((word) => withoutOurs.includes(word))).toEqual([]);
    const hex = words.map((word) => Buffer.from(word).toString("hex"));
    expect(hex.filter((word) => withoutOurs.includes(word))).toEqual([]);
  });

  test("is read with the old key and written with the new one after a rotation", async () => {
    const before = storageWith(oldKey);
    const { conversation, a, ab } = await live(before);
    const after = storageWith(newKey, oldKey);
    expect(await after.conversations.get(conversation.id)).toEqual(
      await before.conversations.get(conversation.id),
    );
    expect(await routeOf(after, ab)).toEqual(await routeOf(before, ab));
    const page = { limit: 50, after: null };
    const texts = await after.conversations.messages(conversation.id, page);
    expect(texts).toEqual(await before.conversations.messages(conversation.id, page));
    expect(texts.items.map(({ text }) => text)).toContain("the parrot is resting");
    expect(await after.traffic.parts([setOf(waited(a.number, ab.virtualNumber))])).toHaveLength(1);
  });

  test("still knows numbers when the old key is gone, for the index has its own key", async () => {
    const { a } = await live(storageWith(oldKey));
    const rotated = storageWith(newKey, oldKey);
    expect(await rotated.numbers.add(aNumber(a.number))).toBe("participant");
    await reseal(database.url, keyring([newKey, oldKey]));
    const without = storageWith(newKey);
    expect(await without.numbers.add(aNumber(a.number))).toBe("participant");
  });

  test("opens with the new key alone once it has been resealed, and nothing is of the old key any more", async () => {
    const before = storageWith(oldKey);
    const { conversation, a, ab } = await live(before);
    const page = { limit: 50, after: null };
    const found = await Promise.all([
      ...[before.conversations.get(conversation.id), before.conversations.messages(conversation.id, page)],
      ...[routeOf(before, ab), before.traffic.parts([setOf(waited(a.number, ab.virtualNumber))])],
    ]);
    const [oldId, newId] = [keyring([oldKey]).keyIds[0]!, keyring([newKey]).keyIds[0]!];
    const ring = keyring([newKey, oldKey]);
    expect(await checkKeys(database.url, keyring([newKey]))).toEqual({
      kind: "missing-keys",
      keyIds: [oldId],
    });
    // Stopped in the middle, and called again.
    const stopped = reseal(database.url, ring, ({ column }) => {
      if (column.startsWith("message")) throw new Error("Stopped");
    });
    await expect(stopped).rejects.toThrow("Stopped");
    // Whoever seals with the old key may do so again, although nothing is of it now.
    const early = await reseal(database.url, ring);
    expect([...early.byKey.keys()]).toEqual([newId]);
    expect(early.retired).toEqual([]);
    expect([...early.stillSealing.keys()]).toEqual([oldId]);
    await before.close();
    storages.splice(storages.indexOf(before), 1);
    const disconnected = async (): Promise<boolean> => !(await keyUse(database.url)).connections.has(oldId);
    await expect.poll(disconnected, { timeout: 30_000 }).toBe(true);
    const { retired, stillSealing } = await reseal(database.url, ring);
    expect({ retired, stillSealing: [...stillSealing] }).toEqual({ retired: [oldId], stillSealing: [] });
    expect([...(await keyUse(database.url)).values.keys()]).toEqual([newId]);
    expect((await reseal(database.url, ring)).columns.every(({ resealed }) => resealed === 0)).toBe(true);
    expect(await checkKeys(database.url, keyring([newKey]))).toBeNull();
    const after = storageWith(newKey);
    expect(
      await Promise.all([
        ...[after.conversations.get(conversation.id), after.conversations.messages(conversation.id, page)],
        ...[routeOf(after, ab), after.traffic.parts([setOf(waited(a.number, ab.virtualNumber))])],
      ]),
    ).toEqual(found);
    expect(found.flat().length).toBeGreaterThan(3);
  });

  test("is resealed while processes write, and changes nothing that they have changed meanwhile", async () => {
    const writing = storageWith(newKey, oldKey);
    const { conversation } = await live(storageWith(oldKey));
    let said = 0;
    await Promise.all([
      reseal(database.url, keyring([newKey, oldKey]), () => {
        said += 1;
      }),
      ...Array.from({ length: 5 }, async () => {
        const { ab } = await openFixture(writing);
        await writing.conversations.addMessages(ab.conversationId, [aNoticeTo(ab)]);
      }),
    ]);
    expect(said).toBeGreaterThan(0);
    const { byKey } = await reseal(database.url, keyring([newKey, oldKey]));
    expect(byKey.size).toBe(1);
    expect((await storageWith(newKey).conversations.get(conversation.id))?.unreadable).toBeUndefined();
  });

  test("is not started on with another key, nor with one whose index key is damaged", async () => {
    expect(await checkKeys(database.url, keyring([newKey]))).toBeNull();
    await live(storageWith(oldKey));
    const [oldId] = keyring([oldKey]).keyIds;
    expect(await checkKeys(database.url, keyring([newKey]))).toMatchObject({ keyIds: [oldId] });
    expect(await checkKeys(database.url, keyring([newKey, oldKey]))).toBeNull();
    // One process has rotated; another that lacks the new key must not start.
    await storageWith(newKey, oldKey).numbers.add(aNumber());
    expect(await checkKeys(database.url, keyring([oldKey]))).toMatchObject({ kind: "missing-keys" });
    await withClient(database.url, (client) =>
      client.query("update secret set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)"),
    );
    expect(await checkKeys(database.url, keyring([newKey, oldKey]))).toEqual({
      kind: "damaged-index-key",
      keyId: oldId,
    });
  });

  test("names every column of octets to be sealed again", async () => {
    const { rows } = await withClient(database.url, (client) =>
      client.query<{ name: string }>(
        `select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
           and a.atttypid = 'bytea'::regtype`,
      ),
    );
    const named = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    expect(rows.map(({ name }) => name).toSorted()).toEqual(named.toSorted());
  });

  test("holds nothing of somebody who was erased, also for whoever has the key", async () => {
    const storage = storageWith(oldKey);
    const { a, b } = await live(storage);
    const index = await indexOf(database.url, a.number);
    expect(await tablesWith(database.url, index)).toContain("participant");
    await expect(openedIn(database.url, oldKey)).resolves.toContain(a.number);
    const { state } = await erase(storage, a.number);
    expect(state).toBe("completed");
    const opened = await openedIn(database.url, oldKey);
    for (const word of ["Zuleika", "Baker", "the parrot is resting", "half of a parrot", a.number])
      expect(opened).not.toContain(word);
    // The other one is still there, with what they wrote.
    expect(opened).toContain(b.number);
    const everything = await everythingIn(database.url);
    expect(everything).not.toContain(a.number);
    expect(await tablesWith(database.url, index)).toEqual([]);
    const suppressed = await indexOf(database.url, b.number);
    await erase(storage, b.number);
    expect(await tablesWith(database.url, suppressed)).toEqual(["opt_out", "wish"]);
    expect(await openedIn(database.url, oldKey)).not.toContain(b.number);
  });

  test("keeps the pair of somebody erased until its quarantine is over, and then forgets that too", async () => {
    const storage = storageWith(oldKey);
    const { a } = await live(storage);
    const index = await indexOf(database.url, a.number);
    const { certificate } = await erase(storage, a.number, NOON + DAY);
    expect(certificate!.kept).toContainEqual(
      expect.objectContaining({
        what: "quarantined-pairs",
        count: 1,
        until: new Date(NOON + 2 * DAY).toISOString(),
      }),
    );
    expect(await tablesWith(database.url, index)).toEqual(["erasure", "route"]);
    await storage.erasures.forgetPairs(NOON + 2 * DAY - 1);
    expect(await tablesWith(database.url, index)).toEqual(["erasure", "route"]);
    await storage.erasures.forgetPairs(NOON + 2 * DAY);
    expect(await tablesWith(database.url, index)).toEqual([]);
  });

  test("is of no use without its key", async () => {
    await live(storageWith(oldKey));
    await expect(storageWith(newKey).numbers.add(aNumber())).rejects.toThrow(/not in the keyring/);
  });
});
