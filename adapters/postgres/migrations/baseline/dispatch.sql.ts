/** Who sends what. Leases go by the clock of the database. */
export const DISPATCH = `
create table queue (
  message_id uuid primary key,
  -- What goes to one participant is sent in order.
  recipient_id uuid not null,
  claimed_by uuid,
  received_at bigint not null,
  due_at bigint not null,
  expires_at bigint not null,
  attempts integer not null default 0,
  partition smallint not null check (partition between 0 and 63),
  -- A position in PRIORITIES: the claim sorts by it.
  priority smallint not null,
  answer_lost boolean not null default false
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
create index queue_recipient on queue (recipient_id, received_at, message_id);
create index queue_claimable on queue (priority, received_at, message_id) where claimed_by is null;
create index queue_due on queue (due_at) where claimed_by is null;
create index queue_claimed on queue (claimed_by) where claimed_by is not null;

create table dispatcher (
  id uuid primary key,
  kind text not null check (kind in ('gateway', 'api')),
  lease_ms integer not null,
  -- So long after a heartbeat, nothing that it sent can still be on its way to a carrier.
  silent_after_ms integer not null,
  beat_at timestamptz not null default clock_timestamp(),
  expired boolean not null default false,
  -- Every message that it owned from the start and that has a lower id is finished or queued.
  recover_from uuid not null
);

create table partition_lease (
  partition smallint primary key check (partition between 0 and 63),
  owner uuid,
  -- When an earlier owner may last have had something on its way to a carrier; null: there was none.
  freed_at timestamptz
);
-- What operators have said of links: a row or two, read with every heartbeat.
create table link_setting (
  name text primary key,
  kind text not null check (kind in ('smpp', 'http')),
  paused boolean not null,
  window_max integer,
  -- Of the account: the same in all rows of a kind.
  rate integer,
  restarts integer not null,
  version integer not null,
  changed_at bigint not null,
  changed_by text not null
);

insert into partition_lease (partition) select generate_series(0, 63);
`;
