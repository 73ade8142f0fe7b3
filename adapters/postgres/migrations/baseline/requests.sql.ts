/** Answers of requests that may be repeated, and what processes report of their links. Callers' words are kept sealed or as keyed hashes. */
export const REQUESTS = `
create table idempotency (
  request_index uuid primary key,
  -- Null: the request is still being read.
  fingerprint uuid,
  seed uuid not null,
  begun_at bigint not null,
  answer bytea
);
create index idempotency_begun on idempotency (begun_at);

create table link_report (
  process uuid primary key,
  kind text not null check (kind in ('gateway', 'api')),
  reported_at timestamptz not null default clock_timestamp(),
  settled_before bigint not null,
  links jsonb not null
) with (fillfactor = 50);

-- Keys of texts whose carrier may not have heard our answer.
create table unconfirmed_key (
  key uuid,
  process uuid,
  accepted_at bigint not null,
  at timestamptz not null default clock_timestamp(),
  primary key (key, process)
);

-- Who has recognised a redelivery last, and when it received that.
create table resolved_key (
  key uuid primary key,
  process uuid not null,
  received_at bigint not null,
  at timestamptz not null default clock_timestamp()
);
`;
