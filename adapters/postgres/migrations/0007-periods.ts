import { type Kysely, sql } from "kysely";

/**
 * History in periods, so that it can leave by whole tables: messages and what became of them lie in a table for each week (from Thursday,
 * 00:00 UTC, as 1 January 1970 was one) of the message's id, whose first 48 bits are milliseconds. What is there already becomes the
 * first period, which ends with the current week. The default tables take whatever no period has been made for.
 *
 * The key of a message can be unique only within its period.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function least_id(ms bigint) returns uuid language sql immutable strict parallel safe
    as $$ select (lpad(to_hex(ms), 12, '0') || repeat('0', 20))::uuid $$;
    create function period_of(id uuid) returns bigint language sql immutable strict parallel safe
    as $$ select ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 604800000 $$;

    alter table message rename to message_first;
    alter index message_pkey rename to message_first_pkey;
    alter index message_key_key rename to message_first_key;
    alter index message_conversation rename to message_first_conversation;
    alter table accepted rename to accepted_first;
    alter index accepted_message rename to accepted_first_message;
    alter index accepted_carrier rename to accepted_first_carrier;
    alter table verdict rename to verdict_first;
    alter index verdict_pkey rename to verdict_first_pkey;
    alter table part_fate rename to part_fate_first;
    alter index part_fate_pkey rename to part_fate_first_pkey;

    create table message (like message_first including constraints, primary key (id)) partition by range (id);
    create index message_conversation on message (conversation_id, received_at);
    create table message_default partition of message default;
    create unique index message_default_key on message_default (key, period_of(id));

    create table accepted (like accepted_first including constraints) partition by range (message_id);
    create index accepted_message on accepted (message_id);
    create index accepted_carrier on accepted (hashtextextended(carrier_id, 0));
    create index accepted_long on accepted (message_id) where parts > 1;
    create table accepted_default partition of accepted default;

    create table verdict (like verdict_first including constraints, primary key (message_id))
      partition by range (message_id);
    create table verdict_default partition of verdict default;

    create table part_fate (like part_fate_first including constraints, primary key (message_id, parts, part))
      partition by range (message_id);
    create table part_fate_default partition of part_fate default;

    -- When somebody last texted, of texts that have left.
    alter table conversation add column texted_at bigint;

    -- Makes the tables of the period that starts at an instant, with what the default tables have of it; false: it was there.
    create function make_period(starts_at bigint) returns boolean language plpgsql as $$
    declare
      suffix text := to_char(to_timestamp(starts_at / 1000) at time zone 'utc', '_YYYY_MM_DD');
      least uuid := least_id(starts_at);
      beyond uuid := least_id(starts_at + 604800000);
      parent text;
      key text;
    begin
      if to_regclass('message' || suffix) is not null then return false; end if;
      foreach parent in array array['message', 'accepted', 'verdict', 'part_fate'] loop
        key := case parent when 'message' then 'id' else 'message_id' end;
        execute format('create table %I (like %I including all)', parent || suffix, parent);
        if parent = 'message' then
          execute format('create unique index %I on %I (key)', 'message' || suffix || '_key', 'message' || suffix);
        end if;
        -- Nothing may come to lie there meanwhile. Who writes must wait before it has chosen the default table, as it would be refused there.
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
      beyond uuid := least_id(ends_at);
      parent text;
      key text;
    begin
      foreach parent in array array['message', 'accepted', 'verdict', 'part_fate'] loop
        key := case parent when 'message' then 'id' else 'message_id' end;
        -- Of a clock that was wrong.
        execute format('with late as (delete from %1$I where %2$I >= %3$L returning *)
          insert into %4$I select * from late', parent || '_first', key, beyond, parent || '_default');
        execute format('alter table %I attach partition %I for values from (minvalue) to (%L)',
          parent, parent || '_first', beyond);
      end loop;
      perform make_period(ends_at);
    end $$;
  `.execute(db);
};
