/**
 * The log of events: one row for each statement that makes something true, which names the facts that it wrote. What happens rarely is told
 * as it is; what happens to messages is read from their own tables when somebody reads the log.
 *
 * Rows are read in the order of `(era, xid, position)`, and only those of transactions that had all ended: see decision 26.
 */
export const EVENTS = `
create sequence event_position;

create table event_batch (
  -- Each cluster counts its transactions by itself: a dump that is restored elsewhere starts a new era.
  era smallint not null default 1,
  xid xid8 not null default pg_current_xact_id(),
  position bigint not null default nextval('event_position'),
  written_at bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint,
  -- Messages of which a carrier has taken the last part, messages that have ended, and texts that have come from handsets.
  sent uuid[],
  ended uuid[],
  received uuid[],
  told jsonb
) partition by range (written_at);
create index event_batch_order on event_batch (era, xid, position);
create table event_batch_default partition of event_batch default;

-- In which state something was when that was last told: a link, a pool.
create table told_state (
  subject text primary key,
  state text not null
);

create table event_era (
  era smallint primary key,
  -- Of the cluster in which it began.
  system_identifier text not null,
  began_at timestamptz not null default clock_timestamp()
);
-- Unknown where a provider does not tell; whoever restores a dump there begins the era by hand.
create function cluster_identifier() returns text language plpgsql as $$
begin
  return (select system_identifier::text from pg_control_system());
exception when insufficient_privilege then
  return 'unknown';
end $$;
insert into event_era (era, system_identifier) values (1, cluster_identifier());

-- What has been dropped: everything up to this event, and nothing after.
create table event_floor (
  one boolean primary key default true check (one),
  era smallint not null,
  xid xid8 not null,
  position bigint not null,
  ordinal integer not null
);
insert into event_floor (era, xid, position, ordinal) values (0, '0', 0, 0);

-- Makes the table of the day (UTC) that starts at an instant, and moves there what the default table has of it; false: it was there.
create function create_event_partition(starts_at bigint) returns boolean language plpgsql as $$
declare
  name text := 'event_batch' || to_char(to_timestamp(starts_at / 1000) at time zone 'utc', '_YYYY_MM_DD');
  ends_at bigint := starts_at + 86400000;
begin
  if to_regclass(name) is not null then return false; end if;
  execute format('create table %I (like event_batch including all)', name);
  lock table only event_batch in share row exclusive mode;
  lock table event_batch_default in access exclusive mode;
  execute format('with moved as (delete from event_batch_default where written_at >= %L and written_at < %L returning *)
    insert into %I select * from moved', starts_at, ends_at, name);
  execute format('alter table event_batch attach partition %I for values from (%L) to (%L)', name, starts_at, ends_at);
  return true;
end $$;

do $$
declare
  today bigint := floor(extract(epoch from clock_timestamp()) / 86400) * 86400000;
begin
  perform create_event_partition(today);
  perform create_event_partition(today + 86400000);
end $$;
`;
