import { DatabaseError } from "pg";
import { StorageUnavailable } from "#core/ports/storage.ts";

/** A statement that the database refused: a bug, or a constraint that the caller knows how to read. */
export class StatementRefused extends Error {
  override readonly name = "StatementRefused";
  /** SQLSTATE, such as `23505`. */
  readonly code: string;
  readonly constraint: string | null;

  constructor(code: string, constraint: string | null) {
    super(`PostgreSQL refused a statement: ${code}${constraint === null ? "" : ` (${constraint})`}`);
    this.code = code;
    this.constraint = constraint;
  }
}

export const UNIQUE_VIOLATION = "23505";

/**
 * SQLSTATE classes and codes that say nothing against the statement: 08 connection, 53 resources, 57P01 to 57P05 shutdown and idle
 * timeouts, 57014 cancelled (our own timeouts), 58 system, 25006 read-only after a failover, 40001 and 40P01 for a later try, 3D000 and
 * 28P01 while a server is being set up again, 55P03 lock timeout, 55000 a database
 * that takes no connections, 26000 and 0A000 a prepared statement that a pooler or a migration has made useless.
 */
const UNAVAILABLE =
  /^(08...|53...|57P0[1-5]|57014|58...|25006|40001|40P01|55P03|55000|3D000|28P01|26000|0A000)$/;

const WORDS: Readonly<Record<string, string>> = {
  "53300": "The database has too many connections already",
  "25006": "The database is read-only, as a standby is",
  "57P03": "The database is starting or stopping",
  "3D000": "There is no database of that name",
  "28P01": "The database refuses the password",
};

/**
 * What may leave this adapter instead of an error of the driver: those carry values of parameters and rows, hence
 * numbers and texts, in `message`, `detail`, `where` and more.
 */
export const withoutValues = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return error;
  if (error instanceof StorageUnavailable || error instanceof StatementRefused) return error;
  if (!(error instanceof DatabaseError)) return new StorageUnavailable("The database does not answer");
  const code = error.code ?? "XX000";
  return UNAVAILABLE.test(code)
    ? new StorageUnavailable(WORDS[code] ?? `The database could not do it now (${code})`)
    : new StatementRefused(code, error.constraint ?? null);
};

/** Whether the connection is of no further use: what does not come from the server comes from the way to it. */
export const isConnectionLost = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || /^(08...|57P0[1-5]|26000|0A000)$/.test(error.code ?? "");

export const isRefused = (error: unknown, code: string, constraint?: string): error is StatementRefused =>
  error instanceof StatementRefused &&
  error.code === code &&
  (constraint === undefined || error.constraint === constraint);
