/**
 * Messages and their outcomes: facts that are added and never changed, except for texts that are erased. The state of a message follows
 * from them. `message` has no foreign keys: rows are written faster than they could be checked, and by one statement.
 *
 * The big tables are partitioned by the message's id, whose first 48 bits are milliseconds.
 */
export const TRAFFIC = `
create table message (
  id uuid primary key,
  -- A keyed hash of the carrier's key; null for messages of our own. Unique within each partition.
  key uuid,
  conversation_id uuid,
  sender_id uuid,
  recipient_id uuid,
  -- The dispatcher that owned it from the start; null: it was queued, or is not sent.
  dispatcher uuid,
  received_at bigint not null,
  expires_at bigint,
  source bigint,
  -- A position in PRIORITIES; null when it is not sent.
  priority smallint,
  decision_code smallint not null,
  segments smallint not null,
  -- Destination and text; null once erased.
  payload bytea,
  -- Who texted what of whom, for a text that belongs to no conversation.
  service_id uuid,
  stranger_index uuid,
  texted bigint
) partition by range (id);
create index message_stranger on message (stranger_index, received_at) where stranger_index is not null;
create index message_conversation on message (conversation_id, received_at);

create table accepted (
  message_id uuid not null,
  at bigint not null,
  part smallint not null,
  parts smallint not null,
  link smallint not null,
  attempts integer not null,
  carrier_id text collate "C"
) partition by range (message_id);
create index accepted_message on accepted (message_id);
-- Of a hash: ids of carriers are long and random, and an index of the ids themselves is three times as large.
create index accepted_carrier on accepted (hashtextextended(carrier_id, 0));
create index accepted_long on accepted (message_id) where parts > 1;

create table message_outcome (
  -- Rule 6: the first outcome stays.
  message_id uuid primary key,
  at bigint not null,
  state text not null check (state in ('delivered', 'failed', 'expired', 'blocked', 'unroutable')),
  code text,
  detail text
) partition by range (message_id);

-- Finds what did not arrive without reading all that did.
create index message_outcome_failed on message_outcome (message_id) where state in ('failed', 'expired');

create table part_receipt (
  message_id uuid not null,
  -- The same text may have been sent in three parts over one link and whole over another.
  parts smallint not null,
  part smallint not null,
  at bigint not null,
  state text not null check (state in ('delivered', 'failed', 'expired')),
  code text,
  detail text,
  primary key (message_id, parts, part)
) partition by range (message_id);

-- What says once more what another message said that failed, and the other way round.
create table message_retry (
  message_id uuid primary key,
  retry_of uuid,
  retried_as uuid
) partition by range (message_id);

-- One row for each way in which the carrier may have meant the id.
create table parked_receipt (
  receipt uuid not null,
  rank smallint not null,
  carrier_id text collate "C" not null,
  at bigint not null,
  state text not null,
  code text,
  detail text,
  -- It counts only for a message between these numbers; null: for any that has the id.
  virtual_number bigint,
  number_index uuid,
  primary key (receipt, rank)
);
create index parked_receipt_carrier on parked_receipt (carrier_id);

create sequence part_position;
create table inbound_part (
  key uuid primary key,
  id uuid not null,
  set_index uuid not null,
  part smallint not null,
  total smallint not null,
  received_at bigint not null,
  position bigint not null default nextval('part_position'),
  joined boolean not null default false,
  -- The whole part with its numbers and text; null some minutes after it was joined.
  payload bytea
);
create index inbound_part_set on inbound_part (set_index, position) where not joined;
create index inbound_part_known on inbound_part (set_index) where payload is not null;
create index inbound_part_id on inbound_part (id);
create index inbound_part_joined on inbound_part (received_at) where joined;
create index inbound_part_erasable on inbound_part (received_at) where joined and payload is not null;
`;
