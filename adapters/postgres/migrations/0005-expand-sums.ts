import { type Kysely, sql } from "kysely";

/** What was done in a while, by blind indexes: of what, and in the period that begins then. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const statement = `create table period_sum (
    key_index uuid not null,
    begins_at bigint not null,
    count integer not null,
    primary key (key_index, begins_at))`;
  await sql.raw(statement).execute(db);
  await sql.raw("create index period_sum_age on period_sum (begins_at)").execute(db);
};
