import { type Kysely, sql } from "kysely";

/** `tag`: tells an era from another one of the same number, as begins when one backup is restored twice. 0: begun before there were tags. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw("alter table event_era add column tag integer not null default 0").execute(db);
};
