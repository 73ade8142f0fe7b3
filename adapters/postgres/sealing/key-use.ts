import { openDatabase, SEALING_APPLICATION } from "#adapters/postgres/database.ts";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import { SEALED_COLUMNS } from "./sealed-columns.ts";

/** What each key is used for, by its id. */
export interface KeyUse {
  /** Stored values that it seals, in all sealed columns. */
  readonly values: ReadonlyMap<string, number>;
  /** Connections of living processes that seal new values with it. */
  readonly connections: ReadonlyMap<string, number>;
}

/** Counts every sealed value there is, while processes work; nothing is changed. */
export const keyUse = async (url: string): Promise<KeyUse> => {
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  try {
    const execute = executeIn(database.cold);
    return { values: await countValues(execute), connections: await countConnections(execute) };
  } finally {
    await database.close();
  }
};

/** Connections of processes that seal with another key than this one: who may not have it, and could not read what it seals. */
export const sealingOtherwise = async (url: string, keyId: string): Promise<ReadonlyMap<string, number>> => {
  const database = openDatabase(url);
  try {
    const connections = await countConnections(executeIn(database.cold));
    return new Map([...connections].filter(([id]) => id !== keyId));
  } finally {
    await database.close();
  }
};

export const countValues = async (execute: Execute): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  for (const { table, column } of SEALED_COLUMNS) {
    const rows = await execute<Count>(
      `select encode(substring(${column} from 2 for 4), 'hex') as id, count(*) as count
       from ${table} where ${column} is not null group by 1`,
    );
    for (const { id, count } of rows) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return counts;
};

interface Count {
  readonly id: string;
  readonly count: number;
}

/** Whoever seals is connected, and says with which key in the name of the connection. */
export const countConnections = async (execute: Execute): Promise<ReadonlyMap<string, number>> => {
  const rows = await execute<Count>(CONNECTIONS, [SEALING_APPLICATION]);
  return new Map(rows.map(({ id, count }) => [id, count]));
};

const CONNECTIONS = `select substring(application_name from length($1) + 1) as id, count(*) as count from pg_stat_activity
  where datname = current_database() and starts_with(application_name, $1) group by 1`;
