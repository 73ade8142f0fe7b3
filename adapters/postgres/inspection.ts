import { Client } from "pg";
import { EVENT_PARTITIONS } from "#adapters/postgres/events/partitions.ts";
import { PARTITIONS } from "#adapters/postgres/table-partitions/partition-tables.ts";
import type { Inspection, StorageFacts } from "#core/ports/inspection.ts";
import { pendingMigrations } from "./migrate.ts";

const TIMEOUT_MS = 10_000;

/** Asks the database at this address, over a connection of its own for each time. It changes nothing. */
export const postgresInspection = (url: string): Inspection => ({
  inspect: async () => {
    const pending = await pendingMigrations(url);
    const client = new Client({
      connectionString: url,
      application_name: "sms-proxy doctor",
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      const { rows } = await client.query<ServerRow>(SERVER);
      const tables = pending.length === 0 ? (await client.query<TablesRow>(TABLES)).rows[0]! : NO_TABLES;
      return factsOf(rows[0]!, tables, pending);
    } finally {
      await client.end().catch(() => {});
    }
  },
});

interface ServerRow {
  readonly version: string;
  readonly now: string;
  readonly size: string;
  readonly used: string;
  readonly most: string;
  readonly oldest_ms: number;
  readonly prepared: string;
  readonly waiting: string;
  readonly slot: string;
}

/** Of our own database, but for what is of the whole server; nobody has to be a superuser. */
const SERVER = `select version(),
  floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now,
  pg_database_size(current_database()) as size,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as used,
  current_setting('max_connections') as most,
  coalesce((select extract(epoch from clock_timestamp() - min(xact_start)) * 1000 from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid() and datname = current_database()), 0)::float8 as oldest_ms,
  (select count(*) from pg_prepared_xacts) as prepared,
  (select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()) as waiting,
  coalesce((select max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) from pg_replication_slots), 0)::bigint as slot`;

interface TablesRow {
  readonly messages: string | null;
  readonly events: string | null;
  readonly stray: boolean;
}

const TABLES = `select (select max(ends_at) from (${PARTITIONS}) m) as messages,
  (select max(ends_at) from (${EVENT_PARTITIONS}) e) as events,
  exists (select from message_default) as stray`;

/** The schema is not there, or not ours yet. */
const NO_TABLES: TablesRow = { messages: null, events: null, stray: false };

const factsOf = (row: ServerRow, tables: TablesRow, pending: readonly string[]): StorageFacts => ({
  version: row.version,
  now: Number(row.now),
  sizeBytes: Number(row.size),
  connections: { used: Number(row.used), most: Number(row.most) },
  messagesUntil: tables.messages === null ? null : Number(tables.messages),
  eventsUntil: tables.events === null ? null : Number(tables.events),
  hasStrayMessages: tables.stray,
  oldestTransactionMs: row.oldest_ms,
  preparedTransactions: Number(row.prepared),
  waitingForLocks: Number(row.waiting),
  slotBytes: Number(row.slot),
  pendingMigrations: pending,
});
