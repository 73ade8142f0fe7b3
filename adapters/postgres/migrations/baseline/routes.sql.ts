/**
 * What each pair of a real and a virtual number leads to. The primary key is rule 1: a pair has one route. The row stays when the
 * conversation ends, so that it tells whether the pair is free, who it was last used for, and when. What a row said before its pair was
 * given to somebody else is kept in `past_route`, by a trigger so that no statement can skip it.
 */
export const ROUTES = `
create sequence route_version;

create table route (
  sender_index uuid not null,
  virtual_number bigint not null,
  conversation_id uuid not null,
  sender_id uuid not null,
  recipient_id uuid not null,
  recipient_index uuid not null,
  recipient bytea not null,
  source bigint not null,
  version bigint not null default nextval('route_version'),
  opened_at bigint not null,
  expires_at bigint,
  closed_at bigint,
  quarantined_until bigint,
  blocked_by text check (blocked_by in ('opt-out', 'pair-block')),
  -- What the sender may take back.
  sender_opted_out_by text check (sender_opted_out_by in ('text', 'api', 'carrier')),
  stop_confirmed_at bigint,
  unblock_until bigint,
  primary key (sender_index, virtual_number),
  check ((closed_at is null) = (quarantined_until is null))
);
create index route_conversation on route (conversation_id);
-- Counts per number, and whether a number may go.
create index route_number on route (virtual_number, closed_at, quarantined_until);

create table past_route (
  sender_index uuid not null,
  virtual_number bigint not null,
  conversation_id uuid not null,
  sender_id uuid not null,
  recipient_id uuid not null,
  opened_at bigint not null,
  closed_at bigint not null
);
create index past_route_pair on past_route (sender_index, virtual_number, opened_at);

create function keep_past_route() returns trigger language plpgsql as $$
begin
  insert into past_route
  values (old.sender_index, old.virtual_number, old.conversation_id, old.sender_id, old.recipient_id,
          old.opened_at, coalesce(old.closed_at, new.opened_at));
  return new;
end $$;

create trigger route_past before update on route for each row
when (old.opened_at <> new.opened_at or old.recipient_id <> new.recipient_id)
execute function keep_past_route();
`;
