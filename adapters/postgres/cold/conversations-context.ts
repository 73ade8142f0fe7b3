import type { Kysely } from "kysely";
import type { ConnectionPool } from "#adapters/postgres/connection.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { NumberPool } from "./number-pool.ts";

/** What everything about conversations works on. */
export interface ConversationsContext {
  readonly db: Kysely<Schema>;
  readonly connections: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
  readonly pool: NumberPool;
}
