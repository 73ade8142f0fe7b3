import type { Execute } from "#adapters/postgres/database.ts";
import { lowestOf } from "#adapters/postgres/partitions/periods.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import {
  bigint,
  bytea,
  type Column,
  encoded,
  unnested,
  usually,
  uuid,
  uuidOrNull,
} from "#adapters/postgres/sql/columns.ts";
import { type OutboundMessage, PRIORITIES } from "#core/domain/message.ts";
import { countSegments } from "#core/domain/message-text.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";
import { RELAYED } from "./decision-code.ts";

/** A message of ours, and what it is sealed into. */
interface OwnMessage extends OutboundMessage {
  readonly payload: Uint8Array;
}

const COLUMNS: readonly Column<OwnMessage>[] = [
  uuid("id", ({ id }) => id),
  uuid("conversation_id", ({ conversationId }) => conversationId),
  uuidOrNull("sender_id", ({ senderId }) => senderId),
  uuid("recipient_id", ({ recipientId }) => recipientId),
  bigint("received_at", ({ receivedAt }) => receivedAt),
  bigint("expires_at", ({ expiresAt }) => expiresAt),
  bigint("source", ({ source }) => source),
  usually("lane", "smallint", 0, ({ priority }) => PRIORITIES.indexOf(priority)),
  usually("segments", "smallint", 1, ({ text }) => countSegments(text)),
  bytea("payload", ({ payload }) => payload),
];

const ENQUEUE = `with written as (
  insert into message (id, conversation_id, sender_id, recipient_id, received_at, expires_at, source, lane,
    disposition, segments, payload)
  select id, conversation_id, sender_id, recipient_id, received_at, expires_at, source, coalesce(lane, 0),
    ${RELAYED}, coalesce(segments, 1), payload
  from ${unnested(COLUMNS, 1, "i")}
  order by id
  on conflict (id) do nothing
  returning id, recipient_id, received_at, expires_at, lane),
queued as (
  insert into queue (message_id, thread, received_at, due_at, expires_at, partition, lane)
  select id, recipient_id, received_at, received_at, expires_at, get_byte(uuid_send(recipient_id), 15) % 64, lane
  from written returning 1)
select pg_notify('work', '') from queued limit 1`;

/** Stores messages of our own and puts them into the queue, except those that are known. */
export const enqueue = async (
  execute: Execute,
  sealed: SealedValues,
  messages: readonly OutboundMessage[],
): Promise<void> => {
  if (messages.length === 0) return;
  const rows = messages.map((message) => ({ ...message, payload: sealed.sealMessage(message.id, message) }));
  await execute(ENQUEUE, encoded(COLUMNS, rows));
};

/**
 * A message that has ended, or of which the carrier has every part, is not queued again; one that somebody else has in hand by now is
 * left alone.
 */
export const DEFER = `with queued as (
  insert into queue (message_id, thread, received_at, due_at, expires_at, attempts, partition, lane, unknown)
  select d.id, d.thread, d.received_at, d.due_at, d.expires_at, d.attempts,
    get_byte(uuid_send(d.thread), 15) % 64, d.lane, d.unknown
  from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::integer[], $8::smallint[], $9::boolean[])
    as d (id, thread, received_at, due_at, expires_at, attempts, lane, unknown)
  where not exists (select from verdict v where v.message_id = d.id and v.message_id >= $10)
    and not exists (
      select from accepted a where a.message_id = d.id and a.message_id >= $10 and a.part = a.parts - 1)
  order by d.id
  on conflict (message_id) do update
    set claimed_by = null, due_at = excluded.due_at, attempts = excluded.attempts, unknown = excluded.unknown
    where queue.claimed_by is null or queue.claimed_by = $1::uuid
  returning 1)
select pg_notify('work', '') from queued limit 1`;

/** Puts messages that `dispatcher` has in hand back into the queue, at their old place in the thread. */
export const defer = async (
  execute: Execute,
  dispatcher: string,
  deferrals: readonly RequeuedMessage[],
): Promise<void> => {
  if (deferrals.length === 0) return;
  const messages = deferrals.map(({ message }) => message);
  await execute(DEFER, [
    dispatcher,
    plainArray(messages.map(({ id }) => id)),
    plainArray(messages.map(({ recipientId }) => recipientId)),
    plainArray(messages.map(({ receivedAt }) => receivedAt)),
    plainArray(deferrals.map(({ dueAt }) => dueAt)),
    plainArray(messages.map(({ expiresAt }) => expiresAt)),
    plainArray(deferrals.map(({ attempts }) => attempts)),
    plainArray(messages.map(({ priority }) => PRIORITIES.indexOf(priority))),
    plainArray(deferrals.map(({ answerLost }) => answerLost)),
    lowestOf(messages.map(({ id }) => id)),
  ]);
};
