import { type Kysely, sql } from "kysely";

/** What processes say of their links: for people to look at, and to tell what the dead may have left in doubt. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table link_report (
      process uuid primary key,
      kind text not null check (kind in ('gateway', 'api')),
      reported_at timestamptz not null default clock_timestamp(),
      settled_before bigint not null,
      links jsonb not null
    ) with (fillfactor = 50);

    create table link_doubt (
      key uuid,
      process uuid,
      at timestamptz not null default clock_timestamp(),
      primary key (key, process)
    );
  `.execute(db);
};
