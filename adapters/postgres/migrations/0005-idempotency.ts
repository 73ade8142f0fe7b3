import { type Kysely, sql } from "kysely";

/** Answers of requests that may be repeated. What callers write is kept only as keyed hashes, and sealed. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table idempotency (
      request_index uuid primary key,
      fingerprint uuid not null,
      seed uuid not null,
      begun_at bigint not null,
      answer bytea
    );
    create index idempotency_begun on idempotency (begun_at);
  `.execute(db);
};
