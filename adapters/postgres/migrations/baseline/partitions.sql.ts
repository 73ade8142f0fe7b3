/** The week (from Thursday, 00:00 UTC, as 1 January 1970 was one) of a UUIDv7, and the least id of an instant. */
export const FUNCTIONS = `
create function least_id(ms bigint) returns uuid language sql immutable strict parallel safe
as $$ select (lpad(to_hex(ms), 12, '0') || repeat('0', 20))::uuid $$;
create function period_of(id uuid) returns bigint language sql immutable strict parallel safe
as $$ select ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 604800000 $$;
`;

/**
 * A table for each week, so that history leaves by whole tables. \`_first\` takes everything up to the end of the week in which the schema
 * is made, and the default tables whatever has no table of its own. The key of a message can be unique only within its partition.
 */
export const PARTITIONS = `
create table message_default partition of message default;
create unique index message_default_key on message_default (key, period_of(id));
create table accepted_default partition of accepted default;
create table message_outcome_default partition of message_outcome default;
create table part_receipt_default partition of part_receipt default;
create table message_retry_default partition of message_retry default;

-- Makes the tables of the week that starts at an instant, and moves there what the default tables have of it; false: they were there.
create function create_partitions(starts_at bigint) returns boolean language plpgsql as $$
declare
  suffix text := to_char(to_timestamp(starts_at / 1000) at time zone 'utc', '_YYYY_MM_DD');
  least uuid := least_id(starts_at);
  beyond uuid := least_id(starts_at + 604800000);
  parent text;
  key text;
begin
  if to_regclass('message' || suffix) is not null then return false; end if;
  foreach parent in array array['message', 'accepted', 'message_outcome', 'part_receipt', 'message_retry'] loop
    key := case parent when 'message' then 'id' else 'message_id' end;
    execute format('create table %I (like %I including all)', parent || suffix, parent);
    if parent = 'message' then
      execute format('create unique index %I on %I (key)', 'message' || suffix || '_key', 'message' || suffix);
    end if;
    -- Nothing may be added to the default table meanwhile. A writer must wait before it has chosen that table, as it would be refused there.
    execute format('lock table only %I in share row exclusive mode', parent);
    execute format('lock table %I in access exclusive mode', parent || '_default');
    execute format('with moved as (delete from %1$I where %2$I >= %3$L and %2$I < %4$L returning *)
      insert into %5$I select * from moved', parent || '_default', key, least, beyond, parent || suffix);
    execute format('alter table %I attach partition %I for values from (%L) to (%L)',
      parent, parent || suffix, least, beyond);
  end loop;
  return true;
end $$;

do $$
declare
  ends_at bigint := (floor(extract(epoch from clock_timestamp()) / 604800) + 1) * 604800000;
  parent text;
begin
  foreach parent in array array['message', 'accepted', 'message_outcome', 'part_receipt', 'message_retry'] loop
    execute format('create table %I partition of %I for values from (minvalue) to (%L)',
      parent || '_first', parent, least_id(ends_at));
  end loop;
  create unique index message_first_key on message_first (key);
  perform create_partitions(ends_at);
end $$;
`;
