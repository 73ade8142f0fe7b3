import { CompiledQuery, Kysely, PostgresDialect } from "kysely";
import {
  Client,
  type ClientConfig,
  Pool,
  type PoolClient,
  type PoolConfig,
  type QueryConfig,
  type QueryResult,
  types,
} from "pg";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { isConnectionLost, withoutValues } from "./failure.ts";
import { type AnswerWatch, answerWatch } from "./query-timeout.ts";
import type { Schema } from "./schema.ts";

const CONNECT_TIMEOUT_MS = 3_000;
/** How long somebody may have to wait until one of the connections is free. */
const WAIT_TIMEOUT_MS = 5_000;
/** The server gives a statement up after this, so that whoever asks hears within ten seconds that it does not answer … */
const STATEMENT_TIMEOUT_MS = 5_000;
/** … and so much later we give the server up, as a cut network says nothing. */
const ANSWER_GRACE_MS = 2_000;
const API_CONNECTIONS_MAX = 10;
/** More than two are never better: one batch is written while the next one is made. */
export const HOT_CONNECTIONS = 2;

/**
 * Statements are planned once. A plan that was made while the tables were small must do for millions of rows too, hence index
 * lookups only; just-in-time compilation, or a second process, costs more than such a statement.
 */
const SETTINGS = {
  text:
    "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; " +
    "set enable_mergejoin = off; set enable_bitmapscan = off; set jit = off; " +
    "set max_parallel_workers_per_gather = 0",
  query_timeout: CONNECT_TIMEOUT_MS,
};

/** A connection whose errors carry no values, and which takes nothing more and leaves its pool once it is broken. */
export interface Connection {
  query<Row extends object>(
    query: string | QueryConfig,
    parameters?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
  /** Ends the connection, and a transaction with it, when it is released. */
  discard(): void;
  release(destroy?: boolean): void;
}

export interface ConnectionPool {
  connect(): Promise<Connection>;
  end(): Promise<void>;
}

export interface Database {
  /** For everything that somebody asks for. */
  readonly api: Kysely<Schema>;
  /** The same connections as they are, for statements that are worth preparing. */
  readonly apiConnections: ConnectionPool;
  /** Connections of their own for the hot path, so that it never waits behind a slow question. */
  readonly hot: ConnectionPool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** 0: statements may take as long as they need. */
  readonly statementTimeoutMs?: number;
}

export const openDatabase = (
  url: string,
  { statementTimeoutMs = STATEMENT_TIMEOUT_MS }: DatabaseOptions = {},
): Database => {
  const options: PoolConfig = {
    connectionString: url,
    application_name: "sms-proxy",
    connectionTimeoutMillis: WAIT_TIMEOUT_MS,
    Client: QuickClient,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    types: { getTypeParser },
    onConnect: async (client) => {
      await client.query(SETTINGS);
    },
  };
  const watch = answerWatch(statementTimeoutMs > 0 ? statementTimeoutMs + ANSWER_GRACE_MS : 0);
  const apiPool = guardedPool({ ...options, max: API_CONNECTIONS_MAX }, watch);
  const hot = guardedPool({ ...options, max: HOT_CONNECTIONS, idleTimeoutMillis: 0 }, watch);
  // Kysely's own interface of a pool names a cursor, which we do not use.
  const pool = { ...apiPool, options } as unknown as Pool;
  return {
    api: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    apiConnections: apiPool,
    hot,
    close: async () => {
      await Promise.all([apiPool.end(), hot.end()]);
      watch.stop();
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

const guardedPool = (options: PoolConfig, watch: AnswerWatch): ConnectionPool => {
  const pool = new Pool(options);
  // Without listeners a connection that dies, idle or at work, would end the process. Whoever uses it learns by the query.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const guards = new WeakMap<PoolClient, Connection>();
  return {
    connect: async () => {
      const client = await pool.connect().catch((error) => {
        throw withoutValues(error);
      });
      const connection = guards.get(client) ?? guarded(client, watch);
      guards.set(client, connection);
      return connection;
    },
    end: () => pool.end(),
  };
};

const guarded = (client: PoolClient, watch: AnswerWatch): Connection => {
  let isBroken = false;
  return {
    query: <Row extends object>(query: string | QueryConfig, parameters?: readonly unknown[]) =>
      new Promise<QueryResult<Row>>((resolve, reject) => {
        const fail = (error: unknown): void => {
          isBroken ||= isConnectionLost(error);
          reject(withoutValues(error));
        };
        // A statement after one that was given up, such as its rollback, would wait behind it for as long again.
        if (isBroken) return fail(new StorageUnavailable("The connection is broken"));
        const question = watch.ask(() => fail(new StorageUnavailable("The database does not answer")));
        try {
          client.query<Row>(query as string, parameters as unknown[], (error, result) => {
            watch.answered(question);
            if (error) fail(error);
            else resolve(result);
          });
        } catch (error) {
          watch.answered(question);
          reject(withoutValues(error));
        }
      }),
    discard: () => {
      isBroken = true;
    },
    release: (destroy = false) => client.release(destroy || isBroken),
  };
};

/** Lends a connection of the pool. */
export const withConnection = async <T>(
  pool: ConnectionPool,
  work: (connection: Connection) => Promise<T>,
): Promise<T> => {
  const connection = await pool.connect();
  try {
    return await work(connection);
  } finally {
    connection.release();
  }
};

/** Runs `work` in one transaction, which starts by `locks`: statements without parameters, in the same round trip. */
export const inTransaction = async <T>(
  connection: Connection,
  work: () => Promise<T>,
  locks: readonly string[] = [],
): Promise<T> => {
  try {
    await connection.query(["begin", ...locks].join("; "));
    const result = await work();
    await connection.query("commit");
    return result;
  } catch (error) {
    await connection.query("rollback").catch(connection.discard);
    throw error;
  }
};

/** Runs a statement somewhere: in a transaction of Kysely, or on a connection of the hot path. */
export type Execute = <Row extends object>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

export const executeOn =
  (connection: Connection): Execute =>
  async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await connection.query<Row>({ name: nameOf(text), text, values: [...values] })).rows;

/** Names of prepared statements. There are as many as in the source: none is put together from what somebody says. */
const names = new Map<string, string>();

const nameOf = (text: string): string => {
  const name = names.get(text) ?? `statement-${names.size + 1}`;
  names.set(text, name);
  return name;
};

export const executeIn =
  (db: Kysely<Schema>): Execute =>
  async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;
