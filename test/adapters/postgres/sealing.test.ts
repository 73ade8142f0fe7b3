import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { checkKeys } from "#adapters/postgres/sealing/key-check.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { reseal } from "#adapters/postgres/sealing/reseal.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { commit, joinDispatch, openScene, routeOf, type Scene } from "#test/contracts/storage-scene.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import {
  acceptanceOf,
  aNoticeTo,
  aNumber,
  anInbound,
  anInboundOn,
  aReceipt,
  DAY,
  NOON,
  relayOf,
  relayWrite,
  requeuedOf,
  setOf,
  waitWrite,
} from "#test/support/traffic-builders.ts";
import { everythingIn, withClient } from "./database-rows.ts";

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

  /** Texts of every kind, on a conversation whose every word is personal. */
  const live = async (storage: PostgresStorage): Promise<Scene & { readonly words: readonly string[] }> => {
    const scene = await openScene(storage, {
      a: { name: "Zuleika Dobson" },
      b: { name: "Hieronymus Bosch" },
      conversation: { reference: "order of Zuleika", metadata: { address: "221B Baker Street" } },
    });
    const { ab, ba, conversation, a, b } = scene;
    const writer = await joinDispatch(storage);
    const stranger = "447911123456";
    const held = relayWrite(ab, { own: true, inbound: anInboundOn(ab, { text: "the parrot is resting" }) });
    const queued = relayWrite(ba, { inbound: anInboundOn(ba, { text: "the parrot is no more" }) });
    const part = anInbound(a.number, ab.virtualNumber, {
      key: `part of ${a.number}`,
      text: "first half of a parrot \ud83d",
      part: { reference: "udh8:7", total: 2, index: 1 },
    });
    const lost = anInbound(stranger, ab.virtualNumber, { text: "is this the parrot shop" });
    await commit(storage, writer, {
      inbound: [
        held,
        queued,
        waitWrite(part),
        {
          inbound: lost,
          routeVersion: null,
          decision: { kind: "refuse", refusal: { kind: "unroutable", reason: "stranger" }, route: null },
          joins: [],
        },
      ],
    });
    await storage.conversations.addMessages(conversation.id, [
      aNoticeTo(ab, { text: "a word from the parrot" }),
    ]);
    await commit(storage, writer, {
      accepted: [acceptanceOf(held.inbound.id, { carrierId: "abc" })],
      receipts: [aReceipt("abc"), aReceipt("parked")],
      requeued: [requeuedOf(relayOf(ba, queued.inbound))],
    });
    await storage.optOuts.put(b.number, NOON);
    const request = {
      scope: `PUT ${a.number}`,
      key: `for ${b.number}`,
      fingerprint: `${a.number}`,
      at: NOON,
    };
    await storage.idempotency.begin({ ...request, seed: held.inbound.id });
    await storage.idempotency.finish(request, { status: 200, body: `{"number":"${b.number}"}` });
    await storage.conversations.close({
      id: conversation.id,
      reason: "Zuleika has left",
      at: NOON + DAY,
      quarantinedUntil: NOON + 2 * DAY,
      unlessTextedAfter: null,
    });
    const words = ["Zuleika", "Hieronymus", "Baker", "parrot", a.number, b.number, stranger, "44770"];
    return { ...scene, words };
  };

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
    const { byKey, retired } = await reseal(database.url, ring);
    expect([...byKey.keys()]).toEqual([newId]);
    expect(retired).toEqual([oldId]);
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
        const { ab } = await openScene(writing);
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

  test("is of no use without its key", async () => {
    await live(storageWith(oldKey));
    await expect(storageWith(newKey).numbers.add(aNumber())).rejects.toThrow(/not in the keyring/);
  });
});

const waited = (from: string, to: string) =>
  anInbound(from, to, { part: { reference: "udh8:7", total: 2, index: 1 } });
