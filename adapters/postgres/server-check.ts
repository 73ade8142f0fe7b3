import { randomUUID } from "node:crypto";
import { Client, DatabaseError } from "pg";

const CONNECT_TIMEOUT_MS = 3_000;
const OLDEST_VERSION = 15;
/** A pooler that lends a server connection for each transaction may lend the same one again by chance. */
const SESSION_ROUNDS = 3;

/** Why a process cannot work with the server, as far as a person can mend it. */
export type ServerProblem =
  | { readonly kind: "unreachable" }
  | { readonly kind: "starting" }
  | { readonly kind: "too-many-connections" }
  | { readonly kind: "read-only" }
  | { readonly kind: "login-refused" }
  | { readonly kind: "no-such-database" }
  | { readonly kind: "too-old"; readonly version: number }
  | { readonly kind: "transaction-pooling" }
  /** SQLSTATE. */
  | { readonly kind: "refused"; readonly code: string };

const PASSING: ReadonlySet<ServerProblem["kind"]> = new Set([
  "unreachable",
  "starting",
  "too-many-connections",
  "read-only",
]);

/** Whether it may be over in some seconds, as after a fail-over. */
export const mayPass = ({ kind }: ServerProblem): boolean => PASSING.has(kind);

/** What a statement is sent over: a client of the server, or of a pooler before it. */
export interface Session {
  one<T>(statement: string, values?: readonly string[]): Promise<T>;
}

/** Asked before anything else; null: this server will do. Never rejects. */
export const checkServer = async (url: string): Promise<ServerProblem | null> => {
  const clients: Client[] = [];
  const connect = async (): Promise<Session> => {
    const client = new Client({
      connectionString: url,
      application_name: "sms-proxy start",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    client.on("error", () => {});
    clients.push(client);
    await client.connect();
    return {
      one: async <T>(statement: string, values: readonly string[] = []) =>
        (await client.query<{ value: T }>(statement, [...values])).rows[0]!.value,
    };
  };
  try {
    return await problemWith(connect);
  } catch (error) {
    return problemOf(error);
  } finally {
    for (const client of clients) await client.end().catch(() => {});
  }
};

const problemWith = async (connect: () => Promise<Session>): Promise<ServerProblem | null> => {
  const session = await connect();
  const version = Math.floor(
    (await session.one<number>("select current_setting('server_version_num')::int as value")) / 10_000,
  );
  if (version < OLDEST_VERSION) return { kind: "too-old", version };
  const readOnly = await session.one<string>("select current_setting('transaction_read_only') as value");
  if (readOnly === "on") return { kind: "read-only" };
  return (await keepsSessions(session, await connect())) ? null : { kind: "transaction-pooling" };
};

/** Whether what one client sets is there in its next transaction, although another client was busy meanwhile. */
export const keepsSessions = async (one: Session, other: Session): Promise<boolean> => {
  const set = (session: Session, value: string): Promise<string> =>
    session.one("select set_config('sms_proxy.session', $1, false) as value", [value]);
  for (let round = 0; round < SESSION_ROUNDS; round += 1) {
    const mark = randomUUID();
    await set(one, mark);
    await set(other, "other");
    // Twice, as a pooler may lend two connections by turns.
    for (let n = 0; n < 2; n += 1) {
      const kept = await one.one<string | null>("select current_setting('sms_proxy.session', true) as value");
      if (kept !== mark) return false;
    }
  }
  return true;
};

const problemOf = (error: unknown): ServerProblem => {
  const code = error instanceof DatabaseError ? (error.code ?? "XX000") : null;
  if (code === null) return { kind: "unreachable" };
  if (code === "53300") return { kind: "too-many-connections" };
  if (code === "57P03" || code === "57P01") return { kind: "starting" };
  if (code.startsWith("28")) return { kind: "login-refused" };
  if (code === "3D000") return { kind: "no-such-database" };
  return { kind: "refused", code };
};

/** One line for a person. `shown`: where the database is, without its password. */
export const describeServerProblem = (problem: ServerProblem, shown: string): string => {
  const database = `the database at ${shown}`;
  switch (problem.kind) {
    case "unreachable":
      return `Cannot reach ${database}: nothing answers there`;
    case "starting":
      return `Cannot use ${database}: it is starting or stopping`;
    case "too-many-connections":
      return `Cannot use ${database}: it has too many connections already (max_connections)`;
    case "read-only":
      return `Cannot use ${database}: it is read-only, as a standby is; name the primary`;
    case "login-refused":
      return `Cannot use ${database}: it refuses this user or password`;
    case "no-such-database":
      return `Cannot use ${database}: there is no database of that name`;
    case "too-old":
      return `Cannot use ${database}: it is PostgreSQL ${problem.version}, and ${OLDEST_VERSION} or later is needed`;
    case "transaction-pooling":
      return `Cannot use ${database}: a pooler before it lends connections for single transactions; session pooling is needed (pool_mode = session)`;
    case "refused":
      return `Cannot use ${database}: it refuses the connection (${problem.code})`;
  }
};
