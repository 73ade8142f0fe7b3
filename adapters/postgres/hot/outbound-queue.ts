import type { Execute } from "#adapters/postgres/execute.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import {
  bigint,
  bytea,
  type Column,
  encoded,
  orDefault,
  unnested,
  uuid,
  uuidOrNull,
} from "#adapters/postgres/sql/columns.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import { lowestOf } from "#adapters/postgres/table-partitions/periods.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import { countSegments } from "#core/domain/segments.ts";
import type { RequeuedMessage } from "#core/ports/traffic.ts";
import { RELAYED } from "./decision-code.ts";

/** A message of our own with its sealed payload. */
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
  orDefault("priority", "smallint", 0, ({ priority }) => PRIORITIES.indexOf(priority)),
  orDefault("segments", "smallint", 1, ({ text }) => countSegments(text)),
  bytea("payload", ({ payload }) => payload),
];

const ENQUEUE = `with written as (
  insert into message (id, conversation_id, sender_id, recipient_id, received_at, expires_at, source, priority,
    decision_code, segments, payload)
  select id, conversation_id, sender_id, recipient_id, received_at, expires_at, source, coalesce(priority, 0),
    ${RELAYED}, coalesce(segments, 1), payload
  from ${unnested(COLUMNS, 1, "i")}
  order by id
  on conflict (id) do nothing
  returning id, recipient_id, received_at, expires_at, priority),
queued as (
  insert into queue (message_id, recipient_id, received_at, due_at, expires_at, partition, priority)
  select id, recipient_id, received_at, received_at, expires_at, get_byte(uuid_send(recipient_id), 15) % 64, priority
  from written returning 1)
select count(*)::int as count from queued`;

/** Stores messages of our own and puts them into the queue, except those that are known. Whoever commits calls out that there is work. */
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
 * A message that has an outcome, or of which the carrier has every part, is not queued again; one that another dispatcher has claimed by
 * now stays as it is.
 */
export const REQUEUE = `with queued as (
  insert into queue (message_id, recipient_id, received_at, due_at, expires_at, attempts, partition, priority, answer_lost)
  select d.id, d.recipient_id, d.received_at, d.due_at, d.expires_at, d.attempts,
    get_byte(uuid_send(d.recipient_id), 15) % 64, d.priority, d.answer_lost
  from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::integer[], $8::smallint[], $9::boolean[])
    as d (id, recipient_id, received_at, due_at, expires_at, attempts, priority, answer_lost)
  where not exists (select from message_outcome v where v.message_id = d.id and v.message_id >= $10)
    and not exists (
      select from accepted a where a.message_id = d.id and a.message_id >= $10 and ${isLastPart("a")})
  order by d.id
  on conflict (message_id) do update
    set claimed_by = null, received_at = excluded.received_at, due_at = excluded.due_at, attempts = excluded.attempts, answer_lost = excluded.answer_lost
    where queue.claimed_by is null or queue.claimed_by = $1::uuid
  returning 1)
select count(*)::int as count from queued`;

/**
 * Puts messages that `dispatcher` owns back into the queue, where they were in the order of their recipients. Whoever commits calls out that
 * there is work.
 */
export const requeue = async (
  execute: Execute,
  dispatcher: string,
  requeued: readonly RequeuedMessage[],
): Promise<void> => {
  if (requeued.length === 0) return;
  const messages = requeued.map(({ message }) => message);
  await execute(REQUEUE, [
    dispatcher,
    plainArray(messages.map(({ id }) => id)),
    plainArray(messages.map(({ recipientId }) => recipientId)),
    plainArray(messages.map(({ receivedAt }) => receivedAt)),
    plainArray(requeued.map(({ dueAt }) => dueAt)),
    plainArray(messages.map(({ expiresAt }) => expiresAt)),
    plainArray(requeued.map(({ attempts }) => attempts)),
    plainArray(messages.map(({ priority }) => PRIORITIES.indexOf(priority))),
    plainArray(requeued.map(({ answerLost }) => answerLost)),
    lowestOf(messages.map(({ id }) => id)),
  ]);
};
