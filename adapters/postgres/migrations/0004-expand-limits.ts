import { type Kysely, sql } from "kysely";

/** `held_until`: when the last text of the sender has its turn that was beyond a limit. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw("alter table route add column held_until bigint").execute(db);
};
