import { randomBytes } from "node:crypto";
import { Migrator } from "kysely/migration";
import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { openDatabase } from "#adapters/postgres/database.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import * as people from "#adapters/postgres/migrations/0001-people.ts";
import * as routes from "#adapters/postgres/migrations/0002-routes.ts";
import * as traffic from "#adapters/postgres/migrations/0003-traffic.ts";
import * as dispatch from "#adapters/postgres/migrations/0004-dispatch.ts";
import * as idempotency from "#adapters/postgres/migrations/0005-idempotency.ts";
import * as linkReports from "#adapters/postgres/migrations/0006-link-reports.ts";
import { leastId, PERIOD_MS, startOfPeriod } from "#adapters/postgres/partitions/periods.ts";
import { storedBlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { sealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { commit, joinDispatch, openScene, stateOfMessage } from "#test/contracts/storage-scene.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import {
  acceptanceOf,
  anInboundOn,
  aReceipt,
  DAY,
  freshIdAt,
  relayWrite,
} from "#test/support/traffic-builders.ts";
import { withClient } from "./database-rows.ts";

/** The schema from before there were periods. */
const BEFORE = {
  "0001-people": people,
  "0002-routes": routes,
  "0003-traffic": traffic,
  "0004-dispatch": dispatch,
  "0005-idempotency": idempotency,
  "0006-link-reports": linkReports,
};

const migrateToBefore = async (url: string): Promise<void> => {
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  try {
    await withClient(url, (client) => client.query("drop schema public cascade; create schema public"));
    const provider = { getMigrations: async () => BEFORE };
    const { error } = await new Migrator({ db: database.api, provider }).migrateToLatest();
    if (error !== undefined) throw error;
  } finally {
    await database.close();
  }
};

test("messages from before there were periods are found, known by their keys, and heard of", async () => {
  const { url, drop } = await createTestDatabase();
  const ring = keyring([randomBytes(32)]);
  const now = Date.now();
  // A year ago, yesterday, and by a clock that went wrong.
  const times = [now - 365 * DAY, now - DAY, now + 100 * DAY];
  const old = times.map((at) => ({ id: freshIdAt(at), key: `key of ${at}`, at }));
  await migrateToBefore(url);
  const database = openDatabase(url);
  const index = await storedBlindIndex(database.api, ring)();
  const sealed = sealedValues(ring);
  await withClient(url, async (client) => {
    for (const { id, key, at } of old) {
      const payload = sealed.sealMessage(id, { destination: "447700900001", text: `text of ${at}` });
      await client.query(
        `insert into message (id, key, received_at, source, lane, disposition, segments, payload)
         values ($1, $2, $3, 447700900002, 0, 0, 1, $4)`,
        [id, index.of("key", key), at, payload],
      );
      await client.query("insert into accepted values ($1, $2, 0, 1, 0, 1, $3)", [id, at, `carrier-${id}`]);
    }
    const files = (name: string) =>
      client.query<{ file: string }>("select pg_relation_filenode($1::regclass) as file", [name]);
    const [before] = (await files("message")).rows;
    expect(await migrate(url)).toContain("0007-periods");
    // Nothing was copied.
    expect((await files("message_first")).rows[0]).toEqual(before);
    const next = startOfPeriod(now) + PERIOD_MS;
    const { rows } = await client.query<{ rows: number }>(
      "select count(*)::int as rows from message_first where id < $1",
      [leastId(next)],
    );
    expect(rows[0]!.rows).toBe(2);
  });
  const storage = postgresStorage({ url, keyring: ring, clock: memoryClock(now) });
  try {
    for (const { id, at } of old) {
      expect(await storage.conversations.message(id)).toMatchObject({ state: "sent", text: `text of ${at}` });
    }
    const { ab } = await openScene(storage);
    const me = await joinDispatch(storage);
    expect(await storage.reconciliation.acceptedAt(old.map(({ key }) => key))).toEqual(times);
    const copies = old.map(({ key }) =>
      relayWrite(ab, { inbound: anInboundOn(ab, { id: freshIdAt(now), key }) }),
    );
    const outcome = await commit(storage, me, {
      inbound: copies.slice(0, 2),
      receipts: old.map(({ id }) => aReceipt(`carrier-${id}`)),
    });
    expect(outcome).toMatchObject({
      inbound: ["duplicate", "duplicate"],
      receipts: { matched: 2, parked: 1 },
    });
    // Whoever seems to come from far in the future is found by the sweep.
    expect(await storage.reconciliation.matchParked(10)).toBe(1);
    const written = relayWrite(ab, { inbound: anInboundOn(ab, { id: freshIdAt(now) }) });
    await commit(storage, me, { inbound: [written], accepted: [acceptanceOf(old[0]!.id)] });
    expect(await stateOfMessage(storage, written.inbound.id)).toBe("queued");
    expect(await stateOfMessage(storage, old[0]!.id)).toBe("delivered");
  } finally {
    await Promise.all([storage.close(), database.close()]);
    await drop();
  }
});

test("every period has the same indexes, those from before too", async () => {
  const { url, drop } = await createTestDatabase();
  try {
    await withClient(url, async (client) => {
      await client.query("select make_period($1)", [Date.UTC(2040, 0, 5)]);
      for (const parent of ["message", "accepted", "verdict", "part_fate"]) {
        const { rows } = await client.query<{ name: string; indexes: readonly string[] }>(
          `select c.relname as name, array_agg(regexp_replace(pg_get_indexdef(x.indexrelid), ' INDEX .* USING', '') order by 1) as indexes
           from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_index x on x.indrelid = c.oid
           where i.inhparent = $1::regclass group by 1`,
          [parent],
        );
        expect(rows.length).toBeGreaterThanOrEqual(4);
        const sorted = rows
          .filter(({ name }) => parent !== "message" || !name.endsWith("_default"))
          .map(({ indexes }) => indexes.toSorted());
        for (const indexes of sorted) expect(indexes).toEqual(sorted[0]);
      }
    });
  } finally {
    await drop();
  }
});
