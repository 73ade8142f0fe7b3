import { type Kysely, sql } from "kysely";

/** What processes report of their links: for people to look at, and to tell what the dead may have left unconfirmed. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table link_report (
      process uuid primary key,
      kind text not null check (kind in ('gateway', 'api')),
      reported_at timestamptz not null default clock_timestamp(),
      settled_before bigint not null,
      links jsonb not null
    ) with (fillfactor = 50);

    create table unconfirmed_key (
      key uuid,
      process uuid,
      accepted_at bigint not null,
      at timestamptz not null default clock_timestamp(),
      primary key (key, process)
    );

    create table resolved_key (
      key uuid primary key,
      at timestamptz not null default clock_timestamp()
    );
  `.execute(db);
};
