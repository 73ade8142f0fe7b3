/** People who are to be forgotten, what must not be forgotten yet, and who was reported. */
export const PRIVACY = `
create table erasure (
  id uuid primary key,
  -- The digest by which the audit log names the person.
  person text not null,
  -- Null once nothing is left to do: neither the number nor its index is needed then.
  number_index uuid,
  number bytea,
  requested_by text not null,
  request_id text,
  requested_at bigint not null,
  state text not null check (state in ('pending', 'restricted', 'completed')),
  completed_at bigint,
  certificate text
);
create index erasure_unfinished on erasure (requested_at) where state <> 'completed';
create index erasure_pairs on erasure (number_index) where state = 'completed' and number_index is not null;
create index erasure_person on erasure (person);

create table hold (
  id uuid primary key,
  conversation_id uuid,
  number_index uuid,
  person text,
  -- Words of an operator.
  reason bytea not null,
  placed_by text not null,
  placed_at bigint not null,
  until bigint not null,
  released_at bigint,
  check ((conversation_id is null) <> (number_index is null))
);
create index hold_placed on hold (placed_at, id);
create index hold_conversation on hold (conversation_id) where released_at is null and conversation_id is not null;
create index hold_number on hold (number_index) where released_at is null and number_index is not null;

create table report (
  id uuid primary key,
  -- Of the log of events, from which it was taken.
  event_id text not null unique,
  service_id uuid not null,
  conversation_id uuid not null,
  reporter_id uuid not null,
  reported_id uuid not null,
  at bigint not null
);
create index report_at on report (at, id);

-- Up to where the log of events has been taken.
create table report_cursor (
  one boolean primary key default true check (one),
  taken_to text
);
insert into report_cursor default values;

-- Conversations that must be kept at an instant, with all that belongs to them.
create function held_conversations(at bigint) returns setof uuid language sql stable as $$
  select conversation_id from hold where conversation_id is not null and released_at is null and until > at
  union
  select p.conversation_id from hold h join participant p on p.number_index = h.number_index
    where h.number_index is not null and h.released_at is null and h.until > at $$;
`;
