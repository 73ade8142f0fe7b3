import { DatabaseError } from "pg";
import { isConnectionLost } from "./failure.ts";

/** Told once when the database goes away, and once when it is back. */
export interface OutageListener {
  /** `reason` in words, without values of statements. */
  away(reason: string): void;
  /** After so many milliseconds, and so many statements that failed meanwhile. */
  back(awayMs: number, failures: number): void;
}

/** Tells an outage of the database from a statement that failed. */
export interface OutageWatch {
  failed(error: unknown): void;
  answered(): void;
  isAway(): boolean;
}

/** `elapsed`: milliseconds that never jump. */
export const createOutageWatch = (listener: OutageListener, elapsed: () => number): OutageWatch => {
  let since: number | null = null;
  let failures = 0;
  return {
    failed: (error) => {
      const reason = outageIn(error);
      if (reason === null) return;
      failures += 1;
      if (since !== null) return;
      since = elapsed();
      // breakage: lose-database-in-silence
      listener.away(reason);
    },
    answered: () => {
      if (since === null) return;
      listener.back(elapsed() - since, failures);
      since = null;
      failures = 0;
    },
    isAway: () => since !== null,
  };
};

/** SQLSTATE that speaks of the server and not of the statement (PostgreSQL, Appendix A). */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^53300$/, "it has too many connections"],
  [/^53100$/, "its disk is full"],
  [/^53...$/, "it is out of memory or other resources"],
  [/^57P03$/, "it is starting up"],
  [/^57P0[12]$/, "it is being shut down"],
  [/^25006$/, "it is read-only: a standby, or one that is failing over"],
  [/^3D000$/, "the database does not exist there"],
  [/^28...$/, "it refuses the user or the password"],
  [/^58...$/, "its operating system fails it"],
];

/** What an error says of the server; null when it is about one statement. */
const outageIn = (error: unknown): string | null => {
  if (error instanceof TypeError || error instanceof RangeError) return null;
  if (error instanceof DatabaseError) {
    const code = error.code ?? "";
    const known = REASONS.find(([pattern]) => pattern.test(code));
    if (known) return known[1];
  }
  return isConnectionLost(error) ? "it does not answer" : null;
};
