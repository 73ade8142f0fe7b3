import { type Kysely, sql } from "kysely";

/** Until when pairs that have been forgotten were in quarantine: the number may not leave soon after. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table number add column used_until bigint`.execute(db);
};
