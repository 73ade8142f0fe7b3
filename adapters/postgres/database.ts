import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect } from "kysely";
import { Client, type ClientConfig, type Pool, type PoolConfig, types } from "pg";
import { type ConnectionPool, openPool, withConnection } from "./connection.ts";
import { type Execute, executeOn } from "./execute.ts";
import { createOutageWatch, type OutageListener } from "./outage.ts";
import { startQueryTimeout } from "./query-timeout.ts";
import type { Schema } from "./schema.ts";

const CONNECT_TIMEOUT_MS = 3_000;
/** How long a caller may wait until one of the connections is free. */
const WAIT_TIMEOUT_MS = 5_000;
/** The server gives a statement up after this, so that the caller hears within ten seconds that it does not answer … */
const STATEMENT_TIMEOUT_MS = 5_000;
/** … and so much later the connection is given up, as a cut network says nothing. */
const QUERY_GRACE_MS = 2_000;
/** Counting millions of rows takes longer than anything that somebody waits for. */
const COUNTING_TIMEOUT_MS = 120_000;
const COLD_CONNECTIONS_MAX = 5;
const KEYED_CONNECTIONS_MAX = 5;
/** More than two are never better: one batch is written while the next one is made. */
export const HOT_CONNECTIONS = 2;

/**
 * For prepared statements that read rows by their keys. They are planned once, and a plan that was made while the tables were small must
 * do for millions of rows too, hence index lookups only; just-in-time compilation, or a second process, costs more than such a statement.
 * Everything else (lists, counts) needs the planner as it is.
 */
const LOOKUPS_ONLY =
  "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; " +
  "set enable_mergejoin = off; set enable_bitmapscan = off; set jit = off; " +
  "set max_parallel_workers_per_gather = 0";

export interface Database {
  /** Lists, counts and rare writes: the planner chooses by the values of each statement. */
  readonly cold: Kysely<Schema>;
  /** Over the same connections, prepared: what a process asks all day long, of tables of a few rows. */
  readonly steady: Execute;
  /** Prepared statements that read rows by their keys. */
  readonly keyed: ConnectionPool;
  /** The same, for the hot path alone, so that it never waits behind another statement. */
  readonly hot: ConnectionPool;
  /** One connection for what counts whole tables: it may take as long as it needs. */
  readonly counting: ConnectionPool;
  /** Whether the last that was heard of the database is that it is away. */
  isAway(): boolean;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** 0: statements may take as long as they need. */
  readonly statementTimeoutMs?: number;
  /** How long a statement waits for a lock; absent: as long as it may take. */
  readonly lockTimeoutMs?: number;
  /** The id of the key that is sealed with over these connections: the server shows it to whoever rotates keys. */
  readonly sealsWith?: string;
  /** Hears of outages of the database. It must not throw. */
  readonly outage?: OutageListener;
}

const APPLICATION = "sms-proxy";
/** How connections over which something is sealed are named; the key's id follows. */
export const SEALING_APPLICATION = `${APPLICATION} seals with `;

const UNHEARD: OutageListener = { away: () => {}, back: () => {} };

export const openDatabase = (
  url: string,
  {
    statementTimeoutMs = STATEMENT_TIMEOUT_MS,
    lockTimeoutMs,
    sealsWith,
    outage = UNHEARD,
  }: DatabaseOptions = {},
): Database => {
  // By a statement and not at start-up: poolers refuse start-up parameters that they do not know.
  const timeoutsOf = (ms: number): string =>
    `set statement_timeout = ${ms}; set idle_in_transaction_session_timeout = ${ms}`;
  const timeouts = timeoutsOf(statementTimeoutMs);
  const optionsOf = (settings: readonly string[]): PoolConfig => ({
    connectionString: url,
    application_name: sealsWith === undefined ? APPLICATION : SEALING_APPLICATION + sealsWith,
    connectionTimeoutMillis: WAIT_TIMEOUT_MS,
    Client: QuickClient,
    keepAlive: true,
    types: { getTypeParser },
    onConnect: async (client) => {
      const query = { text: settings.join("; "), query_timeout: CONNECT_TIMEOUT_MS };
      await client.query(query);
    },
  });
  const timeout = startQueryTimeout(statementTimeoutMs > 0 ? statementTimeoutMs + QUERY_GRACE_MS : 0);
  const watch = createOutageWatch(outage, () => performance.now());
  const planned = optionsOf([
    timeouts,
    ...(lockTimeoutMs === undefined ? [] : [`set lock_timeout = ${lockTimeoutMs}`]),
  ]);
  const lookups = optionsOf([timeouts, LOOKUPS_ONLY]);
  const counts = optionsOf([timeoutsOf(COUNTING_TIMEOUT_MS)]);
  const patience = startQueryTimeout(COUNTING_TIMEOUT_MS + QUERY_GRACE_MS);
  // Who counts waits for who is counting already.
  const waiting = { max: 1, connectionTimeoutMillis: COUNTING_TIMEOUT_MS };
  const counting = openPool({ ...counts, ...waiting }, patience, watch);
  const cold = openPool({ ...planned, max: COLD_CONNECTIONS_MAX }, timeout, watch);
  const keyed = openPool({ ...lookups, max: KEYED_CONNECTIONS_MAX }, timeout, watch);
  const hot = openPool({ ...lookups, max: HOT_CONNECTIONS, idleTimeoutMillis: 0 }, timeout, watch);
  // Kysely's own interface of a pool names a cursor, which is not used here.
  const pool = { ...cold, options: planned } as unknown as Pool;
  return {
    cold: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    steady: (text, values) => withConnection(cold, (connection) => executeOn(connection)(text, values)),
    keyed,
    hot,
    counting,
    isAway: watch.isAway,
    close: async () => {
      // A count under way may take longer than a process has for its end, and nobody needs it then.
      const counted = Promise.race([counting.end(), pause(QUERY_GRACE_MS, undefined, { ref: false })]);
      await Promise.all([cold.end(), keyed.end(), hot.end(), counted]);
      timeout.stop();
      patience.stop();
    },
  };
};

/** The pool has one setting for connecting and for waiting; a server that does not answer is to be noticed sooner. */
class QuickClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(typeof config === "string" ? config : { ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  }
}

/** bigint comes as a number: instants, versions and E.164 digits all stay below 2^53. */
const INT8 = 20;
const getTypeParser = ((oid: number, format: "text" | "binary") =>
  oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser;
