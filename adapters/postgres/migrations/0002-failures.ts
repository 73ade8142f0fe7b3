import { type Kysely, sql } from "kysely";

/** Finds what did not arrive without reading all that did. The partitions that are there get the index too, and so do those to come. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw(
      "create index message_outcome_failed on message_outcome (message_id) where state in ('failed', 'expired')",
    )
    .execute(db);
};
