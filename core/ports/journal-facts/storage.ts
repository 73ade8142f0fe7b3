import type { LevelsOf } from "./level.ts";

/** The database and what is stored in it. */
export interface StorageFacts {
  /** The database cannot be worked with yet, and the start waits for it. */
  readonly databaseAwaited: { readonly problem: string };
  readonly databaseLost: { readonly reason: string };
  /** `failures`: statements that failed meanwhile. */
  readonly databaseBack: { readonly awayMs: number; readonly failures: number };
  /** A batch that met with lost storage is written now, so long after it began. `refused`: carriers were told to bring it again. */
  readonly writesDelayed: {
    readonly delayMs: number;
    readonly messages: number;
    readonly receipts: number;
    readonly refused: boolean;
  };
  /** Messages are refused for now: their routes change whenever they are written. */
  readonly routesUnsteady: { readonly messages: number };
  readonly schemaMigrated: { readonly migrations: number };
  /** A line of the embedded database. */
  readonly databaseSaid: { readonly line: string };
  /** Positive: storage's clock is ahead of this process's. */
  readonly clockSkewed: { readonly skewMs: number };
  /** A sealed value does not open; the row is left to processes that have the key. `row` names no number. */
  readonly valueUnreadable: {
    readonly purpose: string;
    readonly row: string;
    readonly reason: string;
    readonly keyId: string | null;
  };
}

export const STORAGE_LEVELS: LevelsOf<StorageFacts> = {
  databaseAwaited: "warn",
  databaseLost: "warn",
  databaseBack: "warn",
  writesDelayed: "warn",
  routesUnsteady: "error",
  schemaMigrated: "info",
  databaseSaid: "info",
  clockSkewed: "warn",
  valueUnreadable: "error",
};
