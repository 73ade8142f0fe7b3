import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Storage } from "#core/ports/storage.ts";
import { erase } from "#test/contracts/privacy.contract.ts";
import { type Fixture, joinDispatch, openFixture, queueText, rent } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import {
  aConversation,
  aNoticeTo,
  aParticipant,
  DAY,
  freshId,
  NOON,
  openingOf,
  swapOf,
} from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

/** Conversations of other people. */
const OTHERS = 5_000;
/** More rows than this in passes over whole tables: whatever was done will take longer the more people there are. */
const ROWS_MAX = OTHERS / 2;

/** Copies of the one conversation that is there, with ids and people of their own. */
const COPY = [
  `create temporary table copy as select gen_random_uuid() as id, n from generate_series(1, ${OTHERS}) n`,
  `insert into conversation select (jsonb_populate_record(c, jsonb_build_object('id', copy.id))).* from conversation c, copy`,
  `insert into participant select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'number_index', gen_random_uuid(),
     'conversation_id', copy.id))).* from participant p, copy`,
  `insert into route select (jsonb_populate_record(r, jsonb_build_object('sender_index', gen_random_uuid(),
     'recipient_index', gen_random_uuid(), 'conversation_id', copy.id, 'virtual_number', 447400000000 + copy.n))).* from route r, copy`,
  `insert into message select (jsonb_populate_record(m, jsonb_build_object('key', null, 'conversation_id', copy.id,
     'id', left(m.id::text, 24) || substr(md5(copy.id::text), 1, 12)))).* from message m, copy`,
  `insert into broadcast (id, service_id, state, starts_at, created_at, fed_at)
     values (gen_random_uuid(), gen_random_uuid(), 'completed', 0, 0, 0)`,
  `insert into broadcast_line (broadcast_id, line, conversation_id, recipient_id, payload, settled_at)
     select b.id, copy.n, copy.id, gen_random_uuid(), '', 0 from broadcast b, copy`,
  `insert into pair_block (id, service_id, low_index, high_index, blocker_index, since, said_at, virtual_number, word, conversation_id,
     blocker_id, blocked_id)
     select copy.id, copy.id, a, b, a, 0, 0, 0, 'BLOCK', copy.id, copy.id, copy.id from copy,
       lateral (select least(i, j) as a, greatest(i, j) as b from (select gen_random_uuid() as i, copy.id as j) r) p`,
  "vacuum (analyze)",
];

const key = randomBytes(32);
let database: TestDatabase;
const storageOf = () =>
  postgresStorage({ url: database.url, keyring: keyring([key]), clock: memoryClock(NOON) });

/** Works on storage of its own, whose connections tell what they have read when they end. */
const withStorage = async <T>(work: (storage: Storage) => Promise<T>): Promise<T> => {
  const storage = storageOf();
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
};

const rowsReadInPasses = (): Promise<ReadonlyMap<string, number>> =>
  withClient(database.url, async (client) => {
    const { rows } = await client.query<{ relname: string; read: string }>(
      "select relname, coalesce(seq_tup_read, 0) as read from pg_stat_user_tables",
    );
    return new Map(rows.map(({ relname, read }) => [relname, Number(read)]));
  });

let fixture: Fixture;
let dispatcher: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await withStorage(async (storage) => {
    fixture = await openFixture(storage);
    dispatcher = await joinDispatch(storage);
    await queueText(storage, dispatcher, fixture.ab);
  });
  await withClient(database.url, async (client) => {
    for (const statement of COPY) await client.query(statement);
  });
});
afterAll(() => database.drop());

const PAGE = { limit: 50, after: null };

/** What is done for one person, or one conversation. */
const DONE_FOR_ONE: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
  "opening a conversation": async (storage) => {
    const [forA, forB] = await rent(storage, 2);
    const conversation = aConversation([aParticipant(forA!), aParticipant(forB!)]);
    await storage.conversations.open(openingOf(conversation));
  },
  "showing a conversation": (storage) => storage.conversations.get(fixture.conversation.id),
  "showing its messages": (storage) => storage.conversations.messages(fixture.conversation.id, PAGE),
  "finding somebody's conversations": (storage) =>
    storage.conversations.list(
      { serviceId: null, state: null, participant: fixture.a.number, reference: null },
      PAGE,
    ),
  "finding somebody's messages": (storage) =>
    storage.conversations.searchMessages(
      { serviceId: null, number: fixture.a.number, state: null, from: 0, until: NOON + DAY },
      PAGE,
    ),
  "looking up a route": async (storage) => {
    await storage.traffic.routes([fixture.ab]);
    await storage.conversations.routeAt(fixture.ab, NOON);
  },
  "sending a text": (storage) =>
    storage.conversations.addMessages(fixture.conversation.id, [aNoticeTo(fixture.ab)]),
  "relaying a text": (storage) => queueText(storage, dispatcher, fixture.ba),
  "swapping somebody": async (storage) => {
    const { conversation, a } = await openFixture(storage);
    const swap = swapOf(conversation, a.id, aParticipant(a.virtualNumber));
    expect((await storage.conversations.swap(swap)).kind).toBe("swapped");
  },
  "closing a conversation": async (storage) => {
    const { conversation } = await openFixture(storage);
    const times = { at: NOON, quarantinedUntil: NOON + DAY, unlessTextedAfter: null };
    await storage.conversations.close({ id: conversation.id, reason: "closed", ...times });
  },
  "opting out and in": async (storage) => {
    const { a } = await openFixture(storage);
    await storage.optOuts.put(DEFAULT_SERVICE_ID, a.number, NOON);
    await storage.optOuts.get(DEFAULT_SERVICE_ID, a.number);
    await storage.optOuts.wishes(DEFAULT_SERVICE_ID, a.number);
    await storage.optOuts.remove(DEFAULT_SERVICE_ID, a.number, NOON);
  },
  "erasing somebody, and keeping somebody from it": async (storage) => {
    const { b } = await openFixture(storage);
    const hold = { conversationId: null, number: b.number, placedAt: NOON, until: NOON + DAY };
    await storage.holds.place({ ...{ id: freshId(), reason: "a court", placedBy: "ops" }, ...hold });
    expect(await erase(storage, b.number, NOON)).toMatchObject({ state: "restricted" });
    const { a: free, conversation } = await openFixture(storage);
    const times = { at: NOON, quarantinedUntil: NOON + DAY, unlessTextedAfter: null };
    await storage.conversations.close({ id: conversation.id, reason: "closed", ...times });
    expect(await erase(storage, free.number)).toMatchObject({ state: "completed" });
  },
  "looking for numbers out of use, and who is silent": async (storage) => {
    await storage.conversations.failing({ codes: ["receipt-3"], since: NOON, after: null, limit: 9 });
    await storage.conversations.silent(fixture.conversation.id, NOON);
  },
  "asking when a number was used": (storage) => storage.numbers.usedAt(fixture.ab.virtualNumber, NOON),
  "broadcasting to somebody": async (storage) => {
    const id = freshId();
    const times = { startsAt: NOON, expiresAt: null, createdAt: NOON, isPromotional: false };
    await storage.broadcasts.begin({ id, serviceId: DEFAULT_SERVICE_ID, rate: null, ...times });
    const { conversation, a } = fixture;
    const line = { line: 1, conversationId: conversation.id, recipientId: a.id, text: "Hello", ref: null };
    await storage.broadcasts.append(id, [line]);
    await storage.broadcasts.activate(id, NOON);
    const claim = { now: NOON, room: 10, leaseMs: 1_000, nextId: freshId };
    const [claimed] = await storage.broadcasts.claimLines(claim);
    await storage.broadcasts.settle([{ ...claimed!, refusal: null }], NOON);
  },
};

test.for(Object.entries(DONE_FOR_ONE))("%s reads no table of everybody's as a whole", async ([, work]) => {
  const before = await rowsReadInPasses();
  await withStorage(work);
  const after = await rowsReadInPasses();
  const read = [...after].filter(([table, rows]) => rows - (before.get(table) ?? 0) > ROWS_MAX);
  expect(read).toEqual([]);
});
