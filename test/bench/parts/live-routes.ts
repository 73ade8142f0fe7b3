import type { Client } from "pg";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { openDatabase } from "#adapters/postgres/database.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { storedBlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type SealedValues, sealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { Participant } from "#core/domain/conversation.ts";
import { type RouteDefinition, routesOf } from "#core/domain/route.ts";
import { withClient } from "./database.ts";
import { partyOf, VIRTUAL_NUMBERS, virtualNumber } from "./traffic-plan.ts";

/** The key under which every benchmark seals. */
export const BENCH_KEY = Buffer.alloc(32, 7);

const CHUNK = 5_000;

/** Makes our numbers, and the live routes of so many directions, as `wayOf` has them. */
export const writeLiveRoutes = async (url: string, pairs: number): Promise<void> => {
  const ring = keyring([BENCH_KEY]);
  const database = openDatabase(url);
  const index = await storedBlindIndex(database.cold, ring)().finally(database.close);
  const sealed = sealedValues(ring);
  const ids = uuidV7Ids(systemClock);
  await withClient(url, async (client) => {
    const numbers = Array.from({ length: VIRTUAL_NUMBERS }, (_, i) => virtualNumber(i));
    await client.query(
      "insert into number (number, number_index, service_id, country, features, state, added_at) select n, least_id(n), (select id from service), 'GB', '{SMS}', 'active', 0 from unnest($1::bigint[]) n",
      [numbers],
    );
    for (let first = 0; first < pairs; first += CHUNK / 2) {
      const routes: RouteDefinition[] = [];
      for (let c = first; c < Math.min(first + CHUNK / 2, pairs); c += 1) {
        routes.push(...routesOf(ids.next(), [participant(c, 0, ids.next()), participant(c, 1, ids.next())]));
      }
      await insertRoutes(client, routes, index, sealed);
    }
    await client.query("vacuum (analyze) route");
  });
};

/** As PostgreSQL 18 has it, for the older ones. */
const UUID_V7 = `(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || left(md5(random()::text), 3)
  || '8' || left(md5(random()::text), 15))::uuid`;

/**
 * Adds so many more live routes of people who do not text during the run: as large as real ones, but their recipients are sealed by
 * nobody, since nobody opens them. The indexes are made anew afterwards, which is several times faster.
 */
export const writeSilentRoutes = async (url: string, count: number): Promise<void> =>
  withClient(url, async (client) => {
    await client.query("set maintenance_work_mem = '1GB'; set max_parallel_maintenance_workers = 2");
    const { rows } = await client.query<{ name: string; definition: string }>(
      "select indexname as name, indexdef as definition from pg_indexes where tablename = 'route'",
    );
    await client.query("alter table route drop constraint route_pkey");
    for (const { name } of rows) await client.query(`drop index if exists "${name}"`);
    await client.query(
      `insert into route (sender_index, virtual_number, conversation_id, sender_id, recipient_id, recipient_index, recipient, source, opened_at)
       select gen_random_uuid(), $2::bigint + i % $3, ${UUID_V7}, ${UUID_V7}, ${UUID_V7}, gen_random_uuid(),
         '\\x01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::bytea, $2::bigint + (i + 1) % $3, 0
       from generate_series(1, $1::int) i`,
      [count, virtualNumber(0), VIRTUAL_NUMBERS],
    );
    for (const { definition } of rows) await client.query(definition);
    await client.query("alter table route add primary key using index route_pkey");
    await client.query("vacuum (analyze) route");
  });

const insertRoutes = (
  client: Client,
  routes: readonly RouteDefinition[],
  index: BlindIndex,
  sealed: SealedValues,
): Promise<unknown> =>
  client.query(
    `insert into route (sender_index, virtual_number, conversation_id, sender_id, recipient_id, recipient_index, recipient, source, opened_at)
     select *, 0 from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bytea[], $8::bigint[])`,
    [
      routes.map(({ sender }) => index.ofNumber(sender)),
      routes.map((route) => route.virtualNumber),
      routes.map(({ conversationId }) => conversationId),
      routes.map(({ senderId }) => senderId),
      routes.map(({ recipientId }) => recipientId),
      routes.map(({ recipient }) => index.ofNumber(recipient)),
      routes.map((route) =>
        sealed.sealRecipient({ ...route, senderIndex: index.ofNumber(route.sender) }, route.recipient),
      ),
      routes.map(({ source }) => source),
    ],
  );

const participant = (conversation: number, side: 0 | 1, id: string): Participant => ({
  ...partyOf(conversation, side),
  id,
  name: null,
  country: "GB",
  areaPrefix: "44770",
});
