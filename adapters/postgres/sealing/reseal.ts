import { setTimeout as pause } from "node:timers/promises";
import { openDatabase } from "#adapters/postgres/database.ts";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { countConnections, countValues } from "./key-use.ts";
import type { Keyring } from "./keyring.ts";
import { SEALED_COLUMNS, type SealedColumn } from "./sealed-columns.ts";

/** Rows that one statement goes through: few enough that nobody waits for it. */
const PAGE = 1_000;
/** What the database could not do is tried again so many times, so many milliseconds apart. */
const TRIES = 5;
const RETRY_MS = 1_000;

export interface ResealProgress {
  readonly column: string;
  readonly looked: number;
  readonly resealed: number;
  /** Damaged, or of a key that the ring lacks. */
  readonly unreadable: number;
}

export interface ResealResult {
  readonly columns: readonly ResealProgress[];
  /** How many values each key seals now, by its id. */
  readonly byKey: ReadonlyMap<string, number>;
  /** Keys that seal nothing any more, and with which no process seals: they can leave ENCRYPTION_KEYS. */
  readonly retired: readonly string[];
  /** Connections of processes that seal with another key than the newest one still, by the key's id. */
  readonly stillSealing: ReadonlyMap<string, number>;
}

/**
 * Seals everything again with the newest key of the ring, while processes work: each row changes only if it is still as it was read.
 * May be stopped at any time; the next call passes over what is done. Processes must seal with that key already: a key with which one
 * of them seals is not retired, even if it has sealed nothing meanwhile. `tell` hears of each page.
 */
export const reseal = async (
  url: string,
  keyring: Keyring,
  tell: (progress: ResealProgress) => void = () => {},
): Promise<ResealResult> => {
  const database = openDatabase(url, { statementTimeoutMs: 0 });
  const execute = executeIn(database.cold);
  const newest = keyring.keyIds[0]!;
  try {
    await execute(REGISTER, [[newest]]);
    const columns: ResealProgress[] = [];
    for (const column of SEALED_COLUMNS) columns.push(await resealColumn(execute, keyring, column, tell));
    const others = async (): Promise<ReadonlyMap<string, number>> =>
      new Map([...(await patiently(() => countConnections(execute)))].filter(([id]) => id !== newest));
    const sealing = await others();
    const byKey = await patiently(() => countValues(execute));
    const registered = await database.cold.selectFrom("sealing_key").select("id").execute();
    const unused = registered.map(({ id }) => id).filter((id) => id !== newest && !byKey.has(id));
    const free = unused.filter((id) => !sealing.has(id));
    if (free.length > 0) await database.cold.deleteFrom("sealing_key").where("id", "in", free).execute();
    // A process that has started meanwhile found its key registered.
    const stillSealing = new Map([...sealing, ...(await others())]);
    const taken = free.filter((id) => stillSealing.has(id));
    if (taken.length > 0) await execute(REGISTER, [taken]);
    return { columns, byKey, retired: free.filter((id) => !stillSealing.has(id)), stillSealing };
  } finally {
    await database.close();
  }
};

const REGISTER = "insert into sealing_key (id) select unnest($1::text[]) on conflict do nothing";

interface PageRow {
  readonly [name: string]: string | number | Buffer | null;
  /** Null when the newest key sealed it, and when there is nothing. */
  readonly stale: Buffer | null;
}

const resealColumn = async (
  execute: Execute,
  keyring: Keyring,
  column: SealedColumn,
  tell: (progress: ResealProgress) => void,
): Promise<ResealProgress> => {
  const { table, key, others = [], purpose } = column;
  const names = key.map(([name]) => name);
  const name = `${table}.${column.column}`;
  let progress: ResealProgress = { column: name, looked: 0, resealed: 0, unreadable: 0 };
  let after: readonly unknown[] | null = null;
  for (;;) {
    const past = after === null ? "" : `where (${names.join(", ")}) > (${typed(key, 3)})`;
    const page: readonly PageRow[] = await patiently(() =>
      execute<PageRow>(
        `select ${[...names, ...others].join(", ")},
          case when substring(${column.column} from 2 for 4) <> decode($1, 'hex') then ${column.column} end as stale
         from ${table} ${past} order by ${names.join(", ")} limit $2`,
        [keyring.keyIds[0], PAGE, ...(after ?? [])],
      ),
    );
    const changes = page.flatMap((row) => {
      if (row.stale === null) return [];
      const aad = { purpose, row: column.row(row as Readonly<Record<string, string>>) };
      const plain = keyring.open(aad, row.stale);
      return [{ row, sealed: plain.ok ? keyring.seal(aad, plain.value) : null }];
    });
    const readable = changes.filter(({ sealed }) => sealed !== null);
    if (readable.length > 0) {
      await patiently(() =>
        execute(
          `update ${table} t set ${column.column} = u.sealed
           from unnest($1::bytea[], $2::bytea[], ${key.map(([, type], i) => `$${i + 3}::${type}[]`).join(", ")})
             as u (stale, sealed, ${names.join(", ")})
           where ${names.map((each) => `t.${each} = u.${each}`).join(" and ")} and t.${column.column} = u.stale`,
          [
            readable.map(({ row }) => row.stale),
            readable.map(({ sealed }) => sealed),
            ...names.map((each) => readable.map(({ row }) => row[each])),
          ],
        ),
      );
    }
    progress = {
      column: name,
      looked: progress.looked + page.length,
      resealed: progress.resealed + readable.length,
      unreadable: progress.unreadable + changes.length - readable.length,
    };
    tell(progress);
    if (page.length < PAGE) return progress;
    after = names.map((each) => page.at(-1)![each]);
  }
};

const typed = (key: SealedColumn["key"], first: number): string =>
  key.map(([, type], i) => `$${first + i}::${type}`).join(", ");

/** A row that is being written, or a fail-over, is waited for. */
const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StorageUnavailable) || tries === TRIES) throw error;
      await pause(RETRY_MS);
    }
  }
};
