import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoggedEvent } from "#core/domain/event.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { allOf, pageOf } from "#test/contracts/events.contract.ts";
import { commit, eventually, joinDispatch, openFixture, rent } from "#test/contracts/storage-fixture.ts";
import { anInboundOn, aParticipant, FAR_OFF, NOON, SECOND, swapOf } from "#test/support/traffic-builders.ts";
import { createPostgresHarness, type PostgresHarness } from "./storage-harness.ts";

let harness: PostgresHarness;
let clients: Client[] = [];

beforeEach(async () => {
  harness = await createPostgresHarness();
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()));
  clients = [];
  await harness.close();
});

/** A writer whose transaction the test ends when it likes. */
const begin = async (): Promise<Client> => {
  const client = new Client(harness.url);
  clients.push(client);
  await client.connect();
  await client.query("begin");
  return client;
};

const tell = (client: Client, subject: string): Promise<unknown> =>
  client.query("insert into event_batch (told) values ($1)", [
    JSON.stringify([{ type: "link.up", subject, data: { kind: "smpp" }, serviceId: null, at: NOON }]),
  ]);

const subjectsOf = (items: readonly LoggedEvent[]): readonly (string | null)[] =>
  items.map(({ subject }) => subject);

/** Reads on from where it stopped, one by one. */
const follower = () => {
  const seen: (string | null)[] = [];
  let after = "first";
  const readOn = async (): Promise<void> => {
    for (;;) {
      const page = await pageOf(harness.storage.events, { after, limit: 1 });
      seen.push(...subjectsOf(page.items));
      after = page.next;
      if (page.isLast) return;
    }
  };
  /** Until there are so many: another test may hold the log of the whole cluster back. */
  const readUntil = (count: number): Promise<void> =>
    eventually(async () => {
      await readOn();
      return seen.length >= count;
    });
  return { seen, readOn, readUntil };
};

describe("a reader", () => {
  test("misses nothing and reads nothing twice of writers that commit in another order than they began", async () => {
    const { seen, readOn, readUntil } = follower();
    const [slow, quick] = [await begin(), await begin()];
    await tell(slow, "slow");
    await tell(quick, "quick");
    await quick.query("commit");
    await readOn();
    await slow.query("commit");
    await readUntil(2);
    expect(seen).toEqual(["slow", "quick"]);
  });

  test("takes the order of the transactions, and not that of the rows", async () => {
    const { seen, readUntil } = follower();
    const [first, second] = [await begin(), await begin()];
    await first.query("select pg_current_xact_id()");
    await tell(second, "second");
    await tell(first, "first");
    await second.query("commit");
    await first.query("commit");
    await readUntil(2);
    expect(seen).toEqual(["first", "second"]);
  });

  test("is not told of what was rolled back, and does not wait for it", async () => {
    const { seen, readUntil } = follower();
    const [lost, kept] = [await begin(), await begin()];
    await tell(lost, "lost");
    await tell(kept, "kept");
    await kept.query("commit");
    await lost.query("rollback");
    await readUntil(1);
    expect(seen).toEqual(["kept"]);
  });

  test("waits for a writer that stalls, and is woken soon after it has ended", async () => {
    const { events } = harness.storage;
    const [stalled, other] = [await begin(), await begin()];
    await stalled.query("select pg_current_xact_id()");
    await tell(other, "other");
    await other.query("commit");
    expect((await pageOf(events)).items).toEqual([]);
    const woken = Promise.withResolvers<void>();
    const stop = events.onNews(() => {
      void pageOf(events).then(({ items }) => items.length > 0 && woken.resolve());
    });
    await pageOf(events);
    await stalled.query("commit");
    await woken.promise;
    stop();
    expect(subjectsOf((await pageOf(events)).items)).toEqual(["other"]);
  });
});

/** Backends that wait for a lock, with the ids of their transactions. */
const WAITING = `select a.backend_xid from pg_stat_activity a
where a.datname = current_database() and a.wait_event_type = 'Lock'`;

/** Waits until somebody waits for what a client has locked; answers the transaction's id, null when it has none yet. */
const idOfWaiting = async (): Promise<string | null> => {
  const watcher = new Client(harness.url);
  clients.push(watcher);
  await watcher.connect();
  let ids: readonly (string | null)[] = [];
  await eventually(async () => {
    const { rows } = await watcher.query<{ backend_xid: string | null }>(WAITING);
    ids = rows.map(({ backend_xid }) => backend_xid);
    return ids.length > 0;
  });
  expect(ids).toHaveLength(1);
  return ids[0]!;
};

describe("whoever changes a conversation takes its row before it first writes:", () => {
  const closing = { reason: "requested", at: NOON, quarantinedUntil: FAR_OFF, unlessTextedAfter: null };

  test.each(["close", "swap", "patch"] as const)("%s", async (verb) => {
    const { conversations } = harness.storage;
    const { conversation, a } = await openFixture(harness.storage);
    const { id } = conversation;
    const [ours] = await rent(harness.storage);
    const joining = aParticipant(ours!, { virtualNumber: a.virtualNumber });
    const change = {
      close: () => conversations.close({ ...closing, id }),
      swap: () => conversations.swap(swapOf(conversation, a.id, joining)),
      patch: () => conversations.patch(id, { metadata: { ride: "2" } }),
    }[verb];
    const holder = await begin();
    await holder.query("select 1 from conversation where id = $1 for update", [id]);
    const changed = change();
    expect(await idOfWaiting()).toBeNull();
    await holder.query("rollback");
    await changed;
  });
});

test("a text that opts somebody out waits for others that speak of them before it is written", async () => {
  const { storage } = harness;
  const { a, ab } = await openFixture(storage);
  const me = await joinDispatch(storage);
  // Any lock of the participant will do: an opt-in that is not committed yet has it.
  const holder = await begin();
  const { rows } = await holder.query<{ lock: string }>(
    `select ('x' || left(replace(number_index::text, '-', ''), 16))::bit(64)::bigint as lock from participant where id = $1`,
    [a.id],
  );
  await holder.query("select pg_advisory_xact_lock($1)", [rows[0]!.lock]);
  const inbound = anInboundOn(ab, { text: "STOP", receivedAt: NOON + SECOND });
  const written = commit(storage, me, {
    inbound: [
      {
        inbound,
        routeVersion: ab.version,
        serviceId: DEFAULT_SERVICE_ID,
        decision: {
          kind: "command",
          command: { kind: "stop", word: "STOP", scope: "service" },
          route: ab,
          autoReply: null,
        },
        joins: [],
      },
    ],
  });
  expect(await idOfWaiting()).toBeNull();
  await holder.query("rollback");
  await written;
  const types = (await allOf(storage.events)).slice(-3).map(({ type }) => type);
  expect(types).toEqual(["message.received", "message.delivered", "participant.opted-out"]);
});

test("events of days that are over are dropped, and who has not read them is told from where to go on", async () => {
  const { events } = harness.storage;
  const client = await begin();
  await client.query("select create_event_partition(0)");
  await client.query("insert into event_batch (written_at, told) values (0, $1)", [
    JSON.stringify([{ type: "link.up", subject: "old", data: { kind: "smpp" }, serviceId: null, at: 0 }]),
  ]);
  await client.query("commit");
  await rent(harness.storage);
  const [old, ...kept] = await allOf(events);
  expect(old!.subject).toBe("old");
  await events.rotate(Date.now(), 2 * 86_400_000);
  const answer = await events.read({ after: "0_0_0_0", types: null, limit: 10 });
  if (answer.kind !== "expired") throw new Error("Expected the place to have expired");
  expect(await allOf(events, { after: answer.oldest })).toEqual(kept);
  expect(await allOf(events)).toEqual(kept);
  // Whoever had read the last one that was dropped has missed nothing.
  expect(await allOf(events, { after: old!.cursor })).toEqual(kept);
});
