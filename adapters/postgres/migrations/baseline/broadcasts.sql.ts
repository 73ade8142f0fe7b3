/**
 * Broadcasts. A line keeps its text until it is in the queue, sealed; its message's id is chosen before, so that it is queued once whoever
 * queues it, and however often.
 */
export const BROADCASTS = `
create table broadcast (
  id uuid primary key,
  service_id uuid not null,
  state text not null check (state in ('receiving', 'active', 'paused', 'completed', 'cancelled')),
  rate float8,
  starts_at bigint not null,
  expires_at bigint,
  promotional boolean not null default false,
  created_at bigint not null,
  ended_at bigint,
  -- Until when its rate has been used.
  fed_at bigint not null
);
create index broadcast_active on broadcast (fed_at) where state = 'active';
create index broadcast_created on broadcast (created_at);

create table broadcast_line (
  broadcast_id uuid not null references broadcast on delete cascade,
  line bigint not null,
  conversation_id uuid not null,
  recipient_id uuid not null,
  ref_index uuid,
  payload bytea not null,
  message_id uuid,
  claimed_at bigint,
  settled_at bigint,
  -- Why it was not queued.
  refused text,
  code text,
  detail text,
  primary key (broadcast_id, line)
);
create unique index broadcast_line_ref on broadcast_line (broadcast_id, ref_index) where ref_index is not null;
create index broadcast_line_message on broadcast_line (message_id) where message_id is not null;
create index broadcast_line_open on broadcast_line (broadcast_id, line) where settled_at is null;
`;
