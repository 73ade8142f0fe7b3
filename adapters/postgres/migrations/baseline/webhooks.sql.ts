/**
 * Where events are delivered. What arrives writes nothing but the cursor of its endpoint; what fails has a row until it arrives or is given
 * up. Leases go by the clock of the database.
 */
export const WEBHOOKS = `
create table webhook_endpoint (
  id uuid primary key,
  service text not null,
  url text not null,
  events text[] not null,
  include text[] not null,
  secrets bytea not null,
  state text not null check (state in ('active', 'paused', 'disabled')),
  disabled_reason text check (disabled_reason in ('gone', 'failing')),
  created_at bigint not null,
  version integer not null,
  cursor text not null,
  skip_before bigint,
  failures integer not null,
  failing_since bigint,
  probe_at bigint,
  last_delivered_at bigint,
  -- The process that sends to it.
  owner uuid,
  lease_until timestamptz
) with (fillfactor = 50);

create table webhook_retry (
  endpoint_id uuid not null references webhook_endpoint on delete cascade,
  event_id text not null,
  event jsonb not null,
  attempts integer not null,
  due_at bigint not null,
  claimed_until timestamptz,
  primary key (endpoint_id, event_id)
);
create index webhook_retry_due on webhook_retry (endpoint_id, due_at);

-- The newest attempts, to be looked at.
create table webhook_attempt (
  position bigint generated always as identity primary key,
  endpoint_id uuid not null references webhook_endpoint on delete cascade,
  event_id text not null,
  event_type text not null,
  attempt integer not null,
  at bigint not null,
  outcome text not null,
  status integer,
  took_ms integer not null,
  answer bytea
);
create index webhook_attempt_endpoint on webhook_attempt (endpoint_id, position);
`;
