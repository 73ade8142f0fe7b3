import { type Kysely, sql } from "kysely";

/** Places that are reserved in rental budgets while a number is being rented. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table budget_place (
      id uuid primary key,
      country text not null,
      expires_at timestamptz not null
    );
  `.execute(db);
};
