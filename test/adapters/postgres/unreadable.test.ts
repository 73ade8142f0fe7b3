import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring, type Unreadable } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { commit, eventually, joinDispatch, openFixture } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import {
  aNoticeTo,
  anInbound,
  freshId,
  freshNumber,
  NOON,
  relayWrite,
  setOf,
  waitWrite,
} from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];

let database: TestDatabase;
let heard: Unreadable[];
const storages: PostgresStorage[] = [];
const storageWith = (...keys: readonly Uint8Array[]): PostgresStorage => {
  const storage = postgresStorage({
    url: database.url,
    keyring: keyring(keys),
    clock: memoryClock(NOON),
    onUnreadable: (value) => heard.push(value),
  });
  storages.push(storage);
  return storage;
};

beforeEach(async () => {
  database = await createTestDatabase();
  heard = [];
});
afterEach(async () => {
  await Promise.all(storages.splice(0).map((storage) => storage.close()));
  await database.drop();
});

const run = (statement: string, values: readonly unknown[] = []) =>
  withClient(database.url, (client) => client.query(statement, [...values]));

/** Flips one bit behind the header of a sealed value, the same in every row that is named. */
const damage = (table: string, column: string, key: string, ids: readonly string[]) =>
  run(
    `update ${table} set ${column} = set_byte(${column}, 20, get_byte(${column}, 20) # 1) where ${key} = any ($1)`,
    [ids],
  );

const claim = (storage: PostgresStorage, dispatcher: string, now = NOON + 1_000) =>
  storage.dispatch.claim({ dispatcher, ownedRecipientIds: [], limit: 100, now });

const subset = (size: number) => fc.subarray(Array.from({ length: size }, (_, n) => n));

describe("of several sealed values, those that are damaged hold up no others", () => {
  test("routes: each is answered for itself", async () => {
    const storage = storageWith(newKey);
    const fixtures = await Promise.all(Array.from({ length: 6 }, () => openFixture(storage)));
    const pairs = fixtures.map(({ ab }) => ab);
    await fc.assert(
      fc.asyncProperty(subset(pairs.length), async (bad) => {
        const others = storageWith(newKey);
        const ids = bad.map((n) => pairs[n]!.recipientId);
        await damage("route", "recipient", "recipient_id", ids);
        const routes = await others.traffic.routes(pairs);
        await damage("route", "recipient", "recipient_id", ids);
        expect(routes).toEqual(pairs.map((route, n) => (bad.includes(n) ? "unreadable" : route)));
      }),
      { numRuns: 8 },
    );
    expect(heard.every(({ purpose, reason }) => purpose === "route" && reason === "damaged")).toBe(true);
  });

  test("queued messages: the damaged ones fail as unreadable, once, and the others are claimed", async () => {
    const storage = storageWith(newKey);
    const me = await joinDispatch(storage);
    await fc.assert(
      fc.asyncProperty(subset(5), async (bad) => {
        const fixtures = await Promise.all(Array.from({ length: 5 }, () => openFixture(storage)));
        const writes = fixtures.map(({ ab }) => relayWrite(ab));
        await commit(storage, me, { inbound: writes });
        const ids = writes.map(({ inbound }) => inbound.id);
        const damaged = bad.map((n) => ids[n]!);
        heard = [];
        await damage("message", "payload", "id", damaged);
        const claimed = (await claim(storage, me)).map(({ message }) => message.id);
        expect(claimed.toSorted()).toEqual(ids.filter((id) => !damaged.includes(id)).toSorted());
        for (const id of damaged) {
          expect(await storage.conversations.message(id)).toMatchObject({
            ...{ state: "failed", text: null, unreadable: true },
            failure: { code: "unreadable" },
          });
        }
        expect(heard.map(({ row }) => row).toSorted()).toEqual(damaged.toSorted());
        expect(await claim(storage, me)).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });

  test("parts of a long text: what can be read of it is joined", async () => {
    const storage = storageWith(newKey);
    const me = await joinDispatch(storage);
    const { ab, a } = await openFixture(storage);
    const parts = [1, 2, 3].map((index) =>
      anInbound(a.number, ab.virtualNumber, {
        key: `part ${index}`,
        text: `text ${index}`,
        part: { reference: "udh8:7", total: 3, index },
      }),
    );
    await commit(storage, me, { inbound: parts.map(waitWrite) });
    await damage("inbound_part", "payload", "id", [parts[1]!.id]);
    const readable = ["text 1", "text 3"];
    const stored = await storage.traffic.parts([setOf(parts[0]!)]);
    expect(stored.map(({ text }) => text)).toEqual(readable);
    const ripe = await storage.reconciliation.ripeParts(NOON + 1_000_000, 10);
    expect(ripe.map((set) => set.map(({ text }) => text))).toEqual([readable]);
    expect(await storage.conversations.message(parts[1]!.id)).toBeNull();
  });

  test("lists show the item, marked as unreadable", async () => {
    const storage = storageWith(newKey);
    const me = await joinDispatch(storage);
    const [good, bad, worse] = await Promise.all([1, 2, 3].map(() => openFixture(storage)));
    const texts = [relayWrite(good!.ab), relayWrite(good!.ba)];
    await commit(storage, me, { inbound: texts });
    await damage("participant", "details", "id", [bad!.a.id]);
    await damage("conversation", "details", "id", [worse!.conversation.id]);
    await damage("message", "payload", "id", [texts[0]!.inbound.id]);
    const filter = { serviceId: null, state: null, reference: null, participant: null } as const;
    const { items } = await storage.conversations.list(filter, { limit: 10, after: null });
    const marks = new Map(items.map(({ id, unreadable }) => [id, unreadable ?? false]));
    expect(marks.get(good!.conversation.id)).toBe(false);
    expect(marks.get(bad!.conversation.id)).toBe(true);
    expect(marks.get(worse!.conversation.id)).toBe(true);
    const messages = await storage.conversations.messages(good!.conversation.id, { limit: 10, after: null });
    expect(messages.items.map(({ unreadable, text }) => [unreadable ?? false, text === null])).toEqual(
      messages.items.map(({ id }) => [id === texts[0]!.inbound.id, id === texts[0]!.inbound.id]),
    );
  });

  test("a participant whose number is unreadable is sent nothing, and their conversation can be closed", async () => {
    const storage = storageWith(newKey);
    const { conversation, ab, b } = await openFixture(storage);
    await damage("participant", "details", "id", [b.id]);
    const notice = aNoticeTo(ab, { destination: "" as never });
    await expect(storage.conversations.addMessages(conversation.id, [notice])).rejects.toThrow(
      StorageUnavailable,
    );
    await expect(storage.conversations.patch(conversation.id, { metadata: { a: "b" } })).rejects.toThrow(
      StorageUnavailable,
    );
    const closing = { id: conversation.id, reason: "requested", at: NOON, quarantinedUntil: NOON + 1 };
    expect(await storage.conversations.close({ ...closing, unlessTextedAfter: null })).toMatchObject({
      closedAt: NOON,
      unreadable: true,
    });
  });
});

test("a queued message of an unknown key stays queued for those who have the key, and others go on", async () => {
  const before = storageWith(oldKey);
  const me = await joinDispatch(before);
  const [one, two] = [await openFixture(before), await openFixture(before)];
  const early = relayWrite(one.ab);
  await commit(before, me, { inbound: [early] });
  const rotated = storageWith(newKey, oldKey);
  const late = relayWrite(two.ab);
  await commit(rotated, me, { inbound: [late] });
  const claimed = await claim(before, me);
  expect(claimed.map(({ message }) => message.id)).toEqual([early.inbound.id]);
  await eventually(() => heard.length > 0);
  expect(heard).toMatchObject([{ row: late.inbound.id, reason: "unknown-key" }]);
  const { rows } = await run("select message_id, claimed_by from queue where message_id = $1", [
    late.inbound.id,
  ]);
  expect(rows).toEqual([{ message_id: late.inbound.id, claimed_by: null }]);
  const [again] = await claim(rotated, me, NOON + 60_000);
  expect(again!.message.id).toBe(late.inbound.id);
});

test("a queued message whose key id was damaged fails at once, as no process has such a key", async () => {
  const storage = storageWith(newKey);
  const me = await joinDispatch(storage);
  const { ab } = await openFixture(storage);
  const write = relayWrite(ab);
  await commit(storage, me, { inbound: [write] });
  const { id } = write.inbound;
  await run("update message set payload = set_byte(payload, 1, get_byte(payload, 1) # 1) where id = $1", [
    id,
  ]);
  expect(await claim(storage, me)).toEqual([]);
  expect(await storage.conversations.message(id)).toMatchObject({
    ...{ state: "failed", unreadable: true },
    failure: { code: "unreadable" },
  });
  await eventually(() => heard.length > 0);
  expect(heard).toMatchObject([{ row: id, reason: "damaged" }]);
  expect(storage.unreadable()).toEqual({ damaged: 1, "unknown-key": 0 });
});

test("who copies a recipient from one route into another leads nobody there", async () => {
  const storage = storageWith(newKey);
  const victim = await openFixture(storage);
  const thief = await openFixture(storage);
  await run(
    `update route r set recipient = v.recipient, recipient_id = v.recipient_id, recipient_index = v.recipient_index
     from route v where r.conversation_id = $1 and r.sender_id = $2 and v.conversation_id = $3 and v.sender_id = $4`,
    [thief.conversation.id, thief.a.id, victim.conversation.id, victim.a.id],
  );
  const fresh = storageWith(newKey);
  // The honest route is read first: what is remembered of it must not open the copy.
  expect(await fresh.traffic.routes([victim.ab, thief.ab])).toEqual([victim.ab, "unreadable"]);
  await run("update route set conversation_id = $1 where conversation_id = $2", [
    ...[freshId(), victim.conversation.id],
  ]);
  expect(await fresh.traffic.routes([victim.ab])).toEqual(["unreadable"]);
  expect(heard.map(({ reason }) => reason)).toEqual(["damaged", "damaged"]);
  expect(await fresh.traffic.routes([{ sender: freshNumber(), virtualNumber: freshNumber() }])).toEqual([
    null,
  ]);
});

test("an answer that was kept for a key and is damaged is not given, and holds up no other key", async () => {
  const storage = storageWith(newKey);
  const requests = ["one", "two"].map((key) => ({
    ...{ scope: "s", key, fingerprint: "f", seed: freshId(), at: NOON },
  }));
  for (const request of requests) {
    await storage.idempotency.begin(request);
    await storage.idempotency.finish(request, { status: 201, body: request.key });
  }
  await run(
    `update idempotency set answer = set_byte(answer, 20, get_byte(answer, 20) # 1) where ctid in (select ctid from idempotency limit 1)`,
  );
  const answers = await Promise.allSettled(requests.map((request) => storage.idempotency.begin(request)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});
