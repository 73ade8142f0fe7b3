import { setTimeout as pause } from "node:timers/promises";
import { openDatabase } from "#adapters/postgres/database.ts";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
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
  /** Keys that seal nothing any more: they can leave ENCRYPTION_KEYS. */
  readonly retired: readonly string[];
}

/**
 * Seals everything again with the newest key of the ring, while processes work: each row changes only if it is still as it was read.
 * May be stopped at any time; the next call passes over what is done. Processes must seal with that key already, else their new rows
 * show in the count. `tell` hears of each page.
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
    await execute("insert into sealing_key (id) values ($1) on conflict do nothing", [newest]);
    const columns: ResealProgress[] = [];
    for (const column of SEALED_COLUMNS) columns.push(await resealColumn(execute, keyring, column, tell));
    const byKey = await countByKey(execute);
    const registered = await database.cold.selectFrom("sealing_key").select("id").execute();
    const retired = registered.map(({ id }) => id).filter((id) => id !== newest && !byKey.has(id));
    if (retired.length > 0) {
      await database.cold.deleteFrom("sealing_key").where("id", "in", retired).execute();
    }
    return { columns, byKey, retired };
  } finally {
    await database.close();
  }
};

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

const countByKey = async (execute: Execute): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  for (const { table, column } of SEALED_COLUMNS) {
    const rows = await patiently(() =>
      execute<{ id: string; count: number }>(
        `select encode(substring(${column} from 2 for 4), 'hex') as id, count(*) as count
         from ${table} where ${column} is not null group by 1`,
      ),
    );
    for (const { id, count } of rows) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return counts;
};

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
