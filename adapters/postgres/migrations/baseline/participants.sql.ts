/** Secrets, virtual numbers, conversations, and what participants do not want. */
export const PARTICIPANTS = `
create table secret (
  name text primary key,
  sealed bytea not null
);

-- Ids of the keys with which rows may be sealed: a process that lacks one of them does not start.
create table sealing_key (
  id text primary key,
  since timestamptz not null default clock_timestamp()
);

create table number (
  number bigint primary key,
  -- Finds out whether a real number is one of ours without telling it to the server.
  number_index uuid not null unique,
  service_id uuid not null references service,
  country text not null,
  features text[] not null,
  state text not null check (state in ('active', 'draining', 'reserved')),
  added_at bigint not null
);
create index number_country on number (country);

-- The last count of all pools, which takes long where there are millions of routes.
create table pool_count (
  id boolean primary key default true check (id),
  counted_at bigint not null,
  took_ms bigint not null,
  pools jsonb not null
);

-- Places that are reserved in rental budgets while a number is being rented.
create table budget_place (
  id uuid primary key,
  country text not null,
  expires_at timestamptz not null
);

create table conversation (
  id uuid primary key,
  -- Grows with each change.
  version integer not null default 1,
  service_id uuid not null,
  reference_index uuid,
  geo_match text not null check (geo_match in ('area', 'country', 'any')),
  sticky boolean not null,
  opened_at bigint not null,
  expires_at bigint,
  idle_ttl_ms bigint,
  -- Not due before; null when it never ends by itself. The sweep moves it on when somebody has texted.
  check_at bigint,
  -- When the app last texted, or a participant whose text has left with its partition: what came since is looked for.
  texted_at bigint,
  closed_at bigint,
  erased boolean not null default false,
  -- Reference and metadata: the caller's own words.
  details bytea not null,
  close_reason bytea
);
create unique index conversation_reference on conversation (service_id, reference_index) where closed_at is null;
create index conversation_any_reference on conversation (reference_index) where reference_index is not null;
create index conversation_opened on conversation (opened_at, id);
create index conversation_service on conversation (service_id, opened_at, id);
create index conversation_open on conversation (opened_at, id) where closed_at is null;
create index conversation_due on conversation (check_at) where closed_at is null and check_at is not null;
create index conversation_erasable on conversation (closed_at) where closed_at is not null and not erased;

create table participant (
  id uuid primary key,
  conversation_id uuid not null references conversation,
  side smallint not null check (side in (0, 1)),
  number_index uuid not null,
  virtual_number bigint not null,
  left_at bigint,
  -- Number, name, country and area.
  details bytea not null
);
create unique index participant_side on participant (conversation_id, side) where left_at is null;
create index participant_number on participant (number_index, conversation_id) where left_at is null;
create index participant_former on participant (number_index) where left_at is not null;
create index participant_left on participant (conversation_id) where left_at is not null;

-- Everything that anybody has asked of us, for proof, also once it is taken back.
create table wish (
  position bigint generated always as identity primary key,
  service_id uuid not null,
  number_index uuid not null,
  kind text not null check (kind in ('stop', 'start', 'block', 'unblock')),
  at bigint not null,
  source text not null check (source in ('text', 'api', 'carrier')),
  -- Of our list of words; null where the person did not write to us.
  word text,
  scope text not null check (scope in ('service', 'all')),
  virtual_number bigint
);
create index wish_number on wish (number_index, position);

create table opt_out (
  number_index uuid not null,
  service_id uuid not null,
  -- False where somebody is opted in who has opted out in another service for all.
  holds boolean not null default true,
  since bigint not null,
  source text not null check (source in ('text', 'api', 'carrier')),
  word text,
  scope text not null check (scope in ('service', 'all')),
  virtual_number bigint,
  -- When we last answered a STOP.
  confirmed_at bigint,
  -- Null once erased.
  number bytea,
  primary key (number_index, service_id)
);
create index opt_out_since on opt_out (since, number_index, service_id) where holds;
create index opt_out_service on opt_out (service_id, since, number_index) where holds;
create index opt_out_all on opt_out (number_index, since) where holds and scope = 'all';

create table pair_block (
  -- The message that said it.
  id uuid primary key,
  service_id uuid not null,
  low_index uuid not null,
  high_index uuid not null,
  -- Each of two may block the other, and take back their own block.
  blocker_index uuid not null,
  since bigint not null,
  -- When it was said last, and to which number.
  said_at bigint not null,
  virtual_number bigint not null,
  word text not null,
  conversation_id uuid not null,
  blocker_id uuid not null,
  blocked_id uuid not null,
  check (low_index < high_index and blocker_index in (low_index, high_index))
);
create index pair_block_since on pair_block (since, id);
create index pair_block_service on pair_block (service_id, since, id);
create unique index pair_block_numbers on pair_block (low_index, high_index, service_id, blocker_index);
`;
