import { type Kysely, sql } from "kysely";

/** Each process asks every few seconds for what was told of links, among what was told of people: with any collation, and of few rows. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw("create index told_state_link on told_state (subject) where subject like 'link %'")
    .execute(db);
};
