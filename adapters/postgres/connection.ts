import { Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResult } from "pg";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { isConnectionLost, withoutValues } from "./failure.ts";
import type { OutageWatch } from "./outage.ts";
import type { QueryTimeout } from "./query-timeout.ts";

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

/** A pool of {@link Connection}s; `timeout` gives up what the server does not answer, `outage` hears what comes of each statement. */
export const openPool = (options: PoolConfig, timeout: QueryTimeout, outage: OutageWatch): ConnectionPool => {
  const pool = new Pool(options);
  // Without listeners a connection that dies, idle or at work, would end the process. Whoever uses it learns by the query.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const guards = new WeakMap<PoolClient, Connection>();
  return {
    connect: async () => {
      const client = await pool.connect().catch((error) => {
        outage.failed(error);
        throw withoutValues(error);
      });
      const connection = guards.get(client) ?? guarded(client, timeout, outage);
      guards.set(client, connection);
      return connection;
    },
    end: () => pool.end(),
  };
};

const guarded = (client: PoolClient, timeout: QueryTimeout, outage: OutageWatch): Connection => {
  let isBroken = false;
  return {
    query: <Row extends object>(query: string | QueryConfig, parameters?: readonly unknown[]) =>
      new Promise<QueryResult<Row>>((resolve, reject) => {
        const fail = (error: unknown): void => {
          isBroken ||= isConnectionLost(error);
          outage.failed(error);
          reject(withoutValues(error));
        };
        // A statement after one that was given up, such as its rollback, would wait behind it for as long again.
        if (isBroken) return fail(new StorageUnavailable("The connection is broken"));
        const pending = timeout.start(() => fail(new StorageUnavailable("The database does not answer")));
        try {
          client.query<Row>(query as string, parameters as unknown[], (error, result) => {
            timeout.answered(pending);
            if (error) fail(error);
            else {
              outage.answered();
              resolve(result);
            }
          });
        } catch (error) {
          timeout.answered(pending);
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
