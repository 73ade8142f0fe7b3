import { LINK_KINDS } from "#adapters/postgres/hot/commit-columns.ts";
import { outcomeOfDecision, RELAYED } from "#adapters/postgres/hot/decision-code.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { MessageRecord } from "#core/domain/message-record.ts";
import { stateOf } from "#core/domain/message-state.ts";

/**
 * Messages `m` with everything from which their state follows. `among`: what is sure of the id of each, so that only the periods that it
 * may lie in are read.
 */
export const recordsAmong = (among: (id: string) => string): string => `select m.id,
  coalesce(m.service_id, (select service_id from conversation where id = m.conversation_id)) as service_id, m.conversation_id, m.sender_id, m.recipient_id, m.dispatcher, m.received_at, m.decision_code,
  m.segments, m.payload, a.link, a.attempts, a.carrier_ids, a.sent_at, q.message_id is not null as in_queue,
  q.claimed_by is not null as claimed, coalesce(q.answer_lost, false) as answer_lost, coalesce(q.attempts, 0) as tries,
  v.state, v.code, v.detail, v.at as final_at, r.retry_of, r.retried_as
from message m
left join lateral (select * from queue where message_id = m.id offset 0) q on true
left join lateral (select * from message_outcome where message_id = m.id and ${among("message_id")} offset 0) v on true
left join lateral (select * from message_retry where message_id = m.id and ${among("message_id")} offset 0) r on true
left join lateral (
  select max(link) as link, max(attempts) as attempts, max(at) filter (where ${isLastPart()}) as sent_at,
    array_agg(carrier_id order by at, part) filter (where carrier_id is not null) as carrier_ids
  from (select part, parts, carrier_id, min(at) as at, max(attempts) as attempts,
      last_value(link) over (order by min(at) rows between unbounded preceding and unbounded following) as link
    from accepted where message_id = m.id and ${among("message_id")} group by part, parts, carrier_id, link) each) a on true
where ${among("m.id")}`;

export interface RecordRow {
  readonly id: string;
  readonly service_id: string | null;
  readonly conversation_id: string | null;
  readonly sender_id: string | null;
  readonly recipient_id: string | null;
  readonly dispatcher: string | null;
  readonly received_at: number;
  readonly decision_code: number;
  readonly segments: number;
  readonly payload: Buffer | null;
  readonly link: number | null;
  readonly attempts: number | null;
  readonly carrier_ids: readonly string[] | null;
  readonly sent_at: number | null;
  readonly in_queue: boolean;
  readonly claimed: boolean;
  readonly answer_lost: boolean;
  readonly tries: number;
  readonly state: FinalOutcome["state"] | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly final_at: number | null;
  readonly retry_of: string | null;
  readonly retried_as: string | null;
}

export const toRecord = (row: RecordRow, sealed: SealedValues): MessageRecord => {
  const outcome = outcomeOf(row);
  const payload = row.payload && sealed.openMessage(row.id, row.payload);
  return {
    id: row.id,
    serviceId: row.service_id,
    conversationId: row.conversation_id,
    senderId: row.sender_id,
    recipientId: row.recipient_id,
    text: payload?.ok ? payload.value.text : null,
    ...(payload && !payload.ok && UNREADABLE),
    ...(payload?.ok && payload.value.hold && row.sender_id === null && PROMOTIONAL),
    state: stateOf(outcome, {
      waitsForParts: false,
      accepted: row.sent_at !== null,
      answerLost: row.answer_lost,
      claimed: row.claimed || (!row.in_queue && row.dispatcher !== null),
    }),
    link: row.link === null ? null : (LINK_KINDS[row.link] ?? null),
    segments: row.segments,
    attempts: Math.max(row.attempts ?? 0, row.tries),
    carrierMessageIds: row.carrier_ids ?? [],
    failure: outcome?.failure ?? null,
    retryOf: row.retry_of,
    retriedAs: row.retried_as,
    receivedAt: (payload?.ok && payload.value.hold?.since) || row.received_at,
    queuedAt: row.decision_code === RELAYED ? row.received_at : null,
    sentAt: row.sent_at,
    finalAt: outcome?.at ?? null,
  };
};

export const UNREADABLE = { unreadable: true } as const;
const PROMOTIONAL = { isPromotional: true } as const;

const outcomeOf = (row: RecordRow): FinalOutcome | null => {
  if (row.state === null || row.final_at === null) {
    return outcomeOfDecision(row.decision_code, row.id, row.received_at);
  }
  const failure = row.code === null ? null : { code: row.code, detail: row.detail ?? "" };
  return { messageId: row.id, state: row.state, failure, at: row.final_at };
};
