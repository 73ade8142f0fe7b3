import type { Kysely } from "kysely";
import type { ConnectionPool } from "#adapters/postgres/connection.ts";
import type { Execute } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { Wakeups } from "#adapters/postgres/wakeups.ts";

/** What everything about dispatching works on. */
export interface DispatchContext {
  readonly db: Kysely<Schema>;
  readonly steady: Execute;
  readonly connections: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
  readonly wakeups: Wakeups;
}
