import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import type { Route } from "#core/domain/route.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  beat,
  commit,
  eventually,
  joinDispatch,
  openFixture,
  stateOfMessage,
} from "#test/contracts/storage-fixture.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/test-database.ts";
import {
  acceptanceOf,
  anInboundOn,
  aReceipt,
  DAY,
  freshId,
  freshIdAt,
  NOON,
  relayWrite,
  SECOND,
  waitWrite,
} from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const WEEK = 7 * DAY;
/** A Thursday at midnight: a boundary of periods. */
const THURSDAY = Date.UTC(2040, 0, 5);
const RECEIPTS_WITHIN = 5 * DAY;
const ROUNDS = 25;
const MESSAGES = 20;

let database: TestDatabase;
let ring: ReturnType<typeof keyring>;
let open: PostgresStorage[];

beforeEach(async () => {
  database = await createTestDatabase();
  ring = keyring([randomBytes(32)]);
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((storage) => storage.close()));
  await database.drop();
});

/** A process whose clock is moved by hand. */
const startProcess = async (now: number) => {
  const { storage, clock } = openAt(now);
  return { storage, clock, dispatcher: await joinDispatch(storage) };
};

const openAt = (now: number) => {
  const clock = memoryClock(now);
  const storage = postgresStorage({
    url: database.url,
    keyring: ring,
    clock,
    receiptsWithinMs: RECEIPTS_WITHIN,
  });
  open.push(storage);
  return { storage, clock };
};

type Process = Awaited<ReturnType<typeof startProcess>>;

const textAt = (route: Route, at: number, key = `key-${freshId()}`): InboundWrite =>
  relayWrite(route, { inbound: anInboundOn(route, { id: freshIdAt(at), receivedAt: at, key }) });

const copyAt = (route: Route, { inbound }: InboundWrite, at: number): InboundWrite =>
  textAt(route, at, inbound.key);

/** What becomes of texts that a process writes at an instant. */
const write = async (
  { storage, clock, dispatcher }: Process,
  now: number,
  inbound: readonly InboundWrite[],
) => {
  clock.advance(now - clock.now());
  return (await commit(storage, dispatcher, { inbound })).inbound;
};

const suffixesOf = async (parent: string): Promise<readonly string[]> =>
  withClient(database.url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select relname as name from pg_inherits join pg_class on oid = inhrelid where inhparent = $1::regclass order by 1",
      [parent],
    );
    return rows.map(({ name }) => name.slice(parent.length));
  });

const rowsIn = async (table: string): Promise<number> =>
  withClient(database.url, async (client) => {
    const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${table}`);
    return rows[0]!.count;
  });

describe("a text that comes again", () => {
  test.each([
    ["at once", -5 * SECOND, 5 * SECOND],
    ["at once, long after it was first written", -6 * DAY, 5 * SECOND],
    ["minutes later", -5 * SECOND, 5 * MINUTE],
    ["a day later", -HOUR, 23 * HOUR],
  ])("is known on the other side of a boundary, %s", async (_, first, second) => {
    const process = await startProcess(THURSDAY - WEEK);
    const { ab } = await openFixture(process.storage);
    await process.storage.reconciliation.createPartitions(THURSDAY - WEEK);
    const text = textAt(ab, THURSDAY + first);
    expect(await write(process, THURSDAY + first, [text])).toEqual(["queued"]);
    const copy = copyAt(ab, text, THURSDAY + second);
    const other = textAt(ab, THURSDAY + second);
    expect(await write(process, THURSDAY + second, [copy, other])).toEqual(["duplicate", "queued"]);
    expect(await process.storage.conversations.message(copy.inbound.id)).toBeNull();
    expect(await process.storage.reconciliation.acceptedAt([text.inbound.key])).toEqual([THURSDAY + first]);
    // Whose first answer was lost.
    expect(await write(process, THURSDAY + second + SECOND, [other])).toEqual(["queued"]);
    expect(await write(process, THURSDAY + second + SECOND, [text])).toEqual(["queued"]);
  });

  test("is known as a part as well", async () => {
    const process = await startProcess(THURSDAY - WEEK);
    const { ab } = await openFixture(process.storage);
    await process.storage.reconciliation.createPartitions(THURSDAY - WEEK);
    const text = textAt(ab, THURSDAY - SECOND);
    await write(process, THURSDAY - SECOND, [text]);
    const part = anInboundOn(ab, {
      ...{ id: freshIdAt(THURSDAY + HOUR), key: text.inbound.key },
      part: { reference: "udh8:1", total: 2, index: 1 },
    });
    expect(await write(process, THURSDAY + HOUR, [waitWrite(part)])).toEqual(["duplicate"]);
  });

  test("is taken once when both copies are written together, or the first one last", async () => {
    const process = await startProcess(THURSDAY - WEEK);
    const { ab } = await openFixture(process.storage);
    await process.storage.reconciliation.createPartitions(THURSDAY - WEEK);
    const early = textAt(ab, THURSDAY - SECOND);
    const late = copyAt(ab, early, THURSDAY + SECOND);
    expect(await write(process, THURSDAY + HOUR, [early, late])).toEqual(["queued", "duplicate"]);
    const held = textAt(ab, THURSDAY - SECOND);
    const copy = copyAt(ab, held, THURSDAY + HOUR);
    expect(await write(process, THURSDAY + HOUR, [copy])).toEqual(["queued"]);
    expect(await write(process, THURSDAY + HOUR, [held])).toEqual(["duplicate"]);
  });

  test("is taken by one of two processes that write it at once, each on its side", async () => {
    const before = await startProcess(THURSDAY - WEEK);
    const { ab } = await openFixture(before.storage);
    await before.storage.reconciliation.createPartitions(THURSDAY - WEEK);
    const after = await startProcess(THURSDAY - WEEK);
    for (let round = 0; round < ROUNDS; round += 1) {
      const texts = Array.from({ length: MESSAGES }, () => textAt(ab, THURSDAY - 10));
      const copies = texts.map((text) => copyAt(ab, text, THURSDAY + 10)).toReversed();
      const outcomes = await Promise.all([
        write(before, THURSDAY - 10, texts),
        write(after, THURSDAY + 10, copies),
      ]);
      expect(outcomes.flat().filter((outcome) => outcome === "queued")).toHaveLength(MESSAGES);
      expect(outcomes.flat().filter((outcome) => outcome === "duplicate")).toHaveLength(MESSAGES);
    }
  });
});

test("a receipt finds a message of the period before, and none that has been given up", async () => {
  const process = await startProcess(THURSDAY - 6 * DAY);
  const { ab } = await openFixture(process.storage);
  await process.storage.reconciliation.createPartitions(THURSDAY - WEEK);
  const texts = [textAt(ab, THURSDAY - 6 * DAY), textAt(ab, THURSDAY - DAY), textAt(ab, THURSDAY + DAY)];
  await write(process, THURSDAY - 6 * DAY, texts);
  const ids = texts.map(({ inbound }) => inbound.id);
  await commit(process.storage, process.dispatcher, { accepted: ids.map((id) => acceptanceOf(id)) });
  const other = await startProcess(THURSDAY + DAY);
  const receipts = ids.map((id) => aReceipt(`carrier-${id}`));
  const heard = await commit(other.storage, other.dispatcher, { receipts });
  expect(heard.receipts).toEqual({ matched: 2, parked: 1 });
  const states = await Promise.all(ids.map((id) => stateOfMessage(other.storage, id)));
  expect(states).toEqual(["sent", "delivered", "delivered"]);
});

describe("what was sent and never receipted", () => {
  const sendText = async (process: Process, route: Route, madeAt: number, receivedAt: number) => {
    const inbound = anInboundOn(route, { id: freshIdAt(madeAt), receivedAt });
    expect(await write(process, receivedAt, [relayWrite(route, { inbound })])).toEqual(["queued"]);
    await commit(process.storage, process.dispatcher, { accepted: [acceptanceOf(inbound.id)] });
    return inbound.id;
  };

  test("is found also when a request was repeated whose ids are days older", async () => {
    const process = await startProcess(THURSDAY);
    const { ab } = await openFixture(process.storage);
    const { unreceipted } = process.storage.reconciliation;
    const usual = await sendText(process, ab, THURSDAY, THURSDAY);
    const repeated = await sendText(process, ab, THURSDAY + 2 * SECOND, THURSDAY + 4 * DAY);
    expect(await unreceipted(THURSDAY + DAY, 10)).toEqual([usual]);
    const outcome = { messageId: usual, state: "expired", failure: null, at: THURSDAY } as const;
    await commit(process.storage, process.dispatcher, { outcomes: [outcome] });
    for (const day of [1, 2, 3, 4]) expect(await unreceipted(THURSDAY + day * DAY, 10)).toEqual([]);
    // Written after everybody has gone past its id.
    const late = await sendText(process, ab, THURSDAY + SECOND, THURSDAY + 4 * DAY);
    expect(await unreceipted(THURSDAY + 5 * DAY, 10)).toEqual([late, repeated]);
  });

  test("is found after weeks in which nobody looked", async () => {
    const process = await startProcess(THURSDAY);
    const { ab } = await openFixture(process.storage);
    const sent = await sendText(process, ab, THURSDAY, THURSDAY);
    const { unreceipted } = process.storage.reconciliation;
    expect(await unreceipted(THURSDAY + 10 * WEEK, 10)).toEqual([sent]);
  });
});

describe("room for what is to come", () => {
  test("is two periods beyond the current one, whoever makes it and how often", async () => {
    const [one, other] = [await startProcess(THURSDAY), await startProcess(THURSDAY)];
    await Promise.allSettled(
      [one, other, one, other].map(({ storage }) => storage.reconciliation.createPartitions(THURSDAY + DAY)),
    );
    await one.storage.reconciliation.createPartitions(THURSDAY + DAY);
    const weeks = ["_2040_01_05", "_2040_01_12", "_2040_01_19"];
    for (const parent of ["message", "accepted", "message_outcome", "part_receipt"]) {
      const suffixes = await suffixesOf(parent);
      expect(suffixes.filter((suffix) => suffix.startsWith("_2040"))).toEqual(weeks);
      expect(suffixes).toContain("_first");
    }
    await one.storage.reconciliation.createPartitions(THURSDAY + WEEK);
    expect(await suffixesOf("message")).toContain("_2040_01_26");
  });

  test("is not needed: what came without it is there, and moves when it is made", async () => {
    const process = await startProcess(THURSDAY + DAY);
    const { ab, conversation } = await openFixture(process.storage);
    const texts = [textAt(ab, THURSDAY + DAY), textAt(ab, THURSDAY - 3 * WEEK)];
    expect(await write(process, THURSDAY + DAY, texts)).toEqual(["queued", "queued"]);
    const ids = texts.map(({ inbound }) => inbound.id);
    await commit(process.storage, process.dispatcher, {
      accepted: ids.map((id) => acceptanceOf(id)),
      outcomes: ids.map(
        (messageId) => ({ messageId, state: "failed", failure: null, at: THURSDAY }) as const,
      ),
    });
    const mustBeThere = async (inDefault: number) => {
      for (const id of ids) expect(await stateOfMessage(process.storage, id)).toBe("failed");
      const { items } = await process.storage.conversations.messages(conversation.id, {
        limit: 9,
        after: null,
      });
      expect(items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      const copy = copyAt(ab, texts[0]!, THURSDAY + DAY + HOUR);
      expect(await write(process, THURSDAY + DAY + HOUR, [copy])).toEqual(["duplicate"]);
      for (const table of ["message", "accepted", "message_outcome"]) {
        expect(await rowsIn(`${table}_default`)).toBe(inDefault);
      }
    };
    await mustBeThere(2);
    await process.storage.reconciliation.createPartitions(THURSDAY + DAY);
    await mustBeThere(0);
  });

  test("does not change when a key is free again", async () => {
    const process = await startProcess(THURSDAY);
    const { ab } = await openFixture(process.storage);
    const text = textAt(ab, THURSDAY);
    const keyTakenAt = async () => (await process.storage.reconciliation.acceptedAt([text.inbound.key]))[0];
    expect(await write(process, THURSDAY + HOUR, [text])).toEqual(["queued"]);
    const now = THURSDAY + 3 * WEEK + DAY;
    process.clock.set(now);
    expect(await keyTakenAt()).toBeNull();
    expect(await write(process, now, [copyAt(ab, text, now)])).toEqual(["queued"]);
    expect(await keyTakenAt()).toBe(now);
    expect(await rowsIn("message_default")).toBe(2);
    await process.storage.reconciliation.createPartitions(now);
    expect(await rowsIn("message_default")).toBe(0);
  });

  test("takes in what was on its way to the default tables", async () => {
    const process = await startProcess(THURSDAY);
    const { ab } = await openFixture(process.storage);
    await write(process, THURSDAY - 5 * DAY, [textAt(ab, THURSDAY - 5 * DAY)]);
    await withClient(database.url, async (client) => {
      await client.query("begin");
      await client.query("select create_partitions($1)", [THURSDAY]);
      const writing = write(process, THURSDAY + 2 * DAY, [textAt(ab, THURSDAY + 2 * DAY)]);
      // Awaited below; meanwhile nobody may say that nobody looks after it.
      writing.catch(() => {});
      await eventually(async () => {
        const { rows } = await client.query(
          `select from pg_locks where not granted and relation is not null
             and database = (select oid from pg_database where datname = current_database())`,
        );
        return rows.length > 0;
      });
      await client.query("commit");
      expect(await writing).toEqual(["queued"]);
    });
    expect(await rowsIn("message_2040_01_05")).toBe(1);
  });

  test("is not made by moving more than can be moved while others wait", async () => {
    const process = await startProcess(THURSDAY);
    await withClient(database.url, (client) =>
      client.query(
        `insert into message (id, received_at, decision_code, segments)
         select (left(least_id($1)::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $1, 0, 1
         from generate_series(1, 100001) n`,
        [THURSDAY],
      ),
    );
    await process.storage.reconciliation.createPartitions(THURSDAY);
    expect(await suffixesOf("message")).not.toContain("_2040_01_05");
    await withClient(database.url, (client) => client.query("select create_partitions($1)", [THURSDAY]));
    expect(await rowsIn("message_2040_01_05")).toBe(100_001);
  });

  test("waits for whoever reads, without holding up those who write", async () => {
    const process = await startProcess(THURSDAY);
    const { ab } = await openFixture(process.storage);
    await withClient(database.url, async (client) => {
      await client.query("begin; lock table message_outcome_default in access share mode");
      const since = performance.now();
      await expect(process.storage.reconciliation.createPartitions(THURSDAY)).rejects.toBeInstanceOf(
        StorageUnavailable,
      );
      expect(performance.now() - since).toBeLessThan(2_000);
      expect(await suffixesOf("message")).not.toContain("_2040_01_05");
      expect(await write(process, THURSDAY + HOUR, [textAt(ab, THURSDAY + HOUR)])).toEqual(["queued"]);
      await client.query("rollback");
    });
    await process.storage.reconciliation.createPartitions(THURSDAY);
    expect(await suffixesOf("message")).toContain("_2040_01_05");
    expect(await rowsIn("message_2040_01_05")).toBe(1);
  });
});

test("what is forgotten waits for whoever reads, and leaves as a whole", async () => {
  const process = await startProcess(THURSDAY);
  const { ab } = await openFixture(process.storage);
  await process.storage.reconciliation.createPartitions(THURSDAY);
  const text = textAt(ab, THURSDAY);
  await write(process, THURSDAY + HOUR, [text]);
  const outcome = { messageId: text.inbound.id, state: "failed", failure: null, at: THURSDAY } as const;
  await commit(process.storage, process.dispatcher, { outcomes: [outcome] });
  await beat(process.storage, process.dispatcher, freshIdAt(THURSDAY + 5 * WEEK));
  const forget = () => openAt(NOON).storage.reconciliation.dropPartitions(THURSDAY + 2 * WEEK);
  await withClient(database.url, async (client) => {
    await client.query("begin; select count(*) from message_outcome");
    await expect(forget()).rejects.toBeInstanceOf(StorageUnavailable);
    await client.query("rollback");
  });
  expect(await stateOfMessage(process.storage, text.inbound.id)).toBe("failed");
  await forget();
  for (const parent of ["message", "accepted", "message_outcome", "part_receipt"]) {
    expect(await suffixesOf(parent)).toEqual(["_2040_01_19", "_default"]);
  }
});

test("a week of many conversations is forgotten by several sweeps", async () => {
  const { storage } = openAt(NOON);
  await storage.reconciliation.createPartitions(THURSDAY);
  await withClient(database.url, (client) =>
    client.query(
      `insert into message (id, conversation_id, received_at, decision_code, segments)
       select (left(least_id($1)::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, least_id(n), $1, 0, 1
       from generate_series(1, 50001) n`,
      [THURSDAY],
    ),
  );
  await storage.reconciliation.dropPartitions(THURSDAY + WEEK);
  expect(await suffixesOf("message")).toContain("_2040_01_05");
  await storage.reconciliation.dropPartitions(THURSDAY + WEEK);
  expect(await suffixesOf("message")).not.toContain("_2040_01_05");
});

test("what is old only by a clock that is ahead of the database's is not forgotten", async () => {
  const now = Date.now();
  const process = await startProcess(now);
  const { ab } = await openFixture(process.storage);
  const text = textAt(ab, now);
  await write(process, now, [text]);
  const outcome = { messageId: text.inbound.id, state: "failed", failure: null, at: now } as const;
  await commit(process.storage, process.dispatcher, { outcomes: [outcome] });
  await beat(process.storage, process.dispatcher, freshIdAt(now + 52 * WEEK));
  await openAt(now + 52 * WEEK).storage.reconciliation.dropPartitions(now + 50 * WEEK);
  expect(await stateOfMessage(process.storage, text.inbound.id)).toBe("failed");
  await process.storage.reconciliation.dropPartitions(now + 50 * WEEK);
  expect(await stateOfMessage(process.storage, text.inbound.id)).toBeUndefined();
});

test("weeks come and go while two processes write at full speed", async () => {
  const now = THURSDAY + 3 * WEEK + 2 * DAY;
  const [one, other] = [await startProcess(now), await startProcess(now)];
  const { ab } = await openFixture(one.storage);
  // By a clock that is not ahead of the database's.
  const { reconciliation } = openAt(NOON).storage;
  for (const at of [THURSDAY, now]) await reconciliation.createPartitions(at);
  for (const { storage, dispatcher } of [one, other]) await beat(storage, dispatcher, freshIdAt(now));
  let isDone = false;
  const written: string[] = [];
  const writeOn = async (process: Process, heard: Process) => {
    while (!isDone) {
      const inbound = Array.from({ length: 50 }, () => textAt(ab, now));
      const ids = inbound.map((each) => each.inbound.id);
      expect(await write(process, now, inbound)).toEqual(ids.map(() => "queued"));
      await commit(process.storage, process.dispatcher, { accepted: ids.map((id) => acceptanceOf(id)) });
      const receipts = ids.map((id) => aReceipt(`carrier-${id}`));
      const { matched } = (await commit(heard.storage, heard.dispatcher, { receipts })).receipts;
      expect(matched).toBe(ids.length);
      written.push(...ids);
    }
  };
  const writing = [writeOn(one, other), writeOn(other, one)];
  try {
    for (let week = 1; week < 4; week += 1) {
      const tries = async (work: () => Promise<void>) =>
        work().then(
          () => true,
          () => false,
        );
      await eventually(() => tries(() => reconciliation.createPartitions(now + week * WEEK)));
      await eventually(() => tries(() => reconciliation.dropPartitions(THURSDAY + week * WEEK)));
      const enough = written.length + 100;
      await eventually(() => written.length > enough);
    }
  } finally {
    isDone = true;
    await Promise.all(writing);
  }
  expect(await suffixesOf("message")).toEqual([
    ...["_2040_01_26", "_2040_02_02", "_2040_02_09", "_2040_02_16", "_2040_02_23", "_2040_03_01"],
    "_default",
  ]);
  expect(await rowsIn("message")).toBe(written.length);
  expect(await rowsIn("message_outcome where state = 'delivered'")).toBe(written.length);
  expect(await rowsIn("message_default")).toBe(0);
});
