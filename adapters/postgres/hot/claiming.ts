import { withConnection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { DispatchContext } from "#adapters/postgres/ownership/dispatch-context.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { holding, serviceOfNumber } from "#adapters/postgres/sql/holding.ts";
import type { DepartureBlock } from "#core/domain/block.ts";
import { blockBeforeDeparture } from "#core/domain/block-before-departure.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Claim, ClaimRequest, Dispatch, Owned } from "#core/ports/dispatch.ts";
import { type QueueRow, readClaims } from "./claimed-messages.ts";
import { recoverUnowned } from "./recover-unowned.ts";

/** The oldest message to its recipient, whatever the priority: nothing overtakes within a recipient queue. */
const IS_HEAD = `not exists (select from queue o
  where o.recipient_id = q.recipient_id and (o.received_at, o.message_id) < (q.received_at, q.message_id))`;

/** The claimer owns nothing of the recipient that is not in the queue. */
const notOwned = (recipients: string): string =>
  `not exists (select from unnest(${recipients}::uuid[]) as owned (recipient_id) where owned.recipient_id = q.recipient_id)`;

const OWNED = `(select array_agg(partition) from partition_lease where owner = $1)::smallint[]`;

const CLAIM = `with alive as materialized (
  select id from dispatcher where id = $1 and not expired for key share),
picked as materialized (
  select q.message_id from alive cross join queue q
  where q.claimed_by is null and q.due_at <= $2 and q.partition = any (${OWNED}) and ${IS_HEAD} and ${notOwned("$4")}
  order by q.priority, q.received_at, q.message_id limit $3
  for update of q skip locked),
claimed as (
  update queue q set claimed_by = $1 from picked where q.message_id = picked.message_id and q.claimed_by is null
  returning q.*)
select message_id, attempts, answer_lost from claimed order by priority, received_at, message_id`;

const CURRENT = `select r.conversation_id, r.quarantined_until, r.blocked_by is not distinct from 'pair-block' as pair_blocked,
  ${holding("since", serviceOfNumber("i.number"), "i.number_index")} as opted_out_since
from unnest($1::uuid[], $2::bigint[]) with ordinality as i (number_index, number, ordinal)
left join route r on r.sender_index = i.number_index and r.virtual_number = i.number
order by i.ordinal`;

/** Those whose broadcasts have been cancelled. */
const CANCELLED = `select l.message_id from broadcast_line l join broadcast b on b.id = l.broadcast_id
where l.message_id = any ($1::uuid[]) and b.state = 'cancelled'`;

const cancelledAmong = async (
  execute: Execute,
  messages: readonly OutboundMessage[],
): Promise<ReadonlySet<string>> => {
  const ids = messages.filter(({ priority }) => priority === "broadcast").map(({ id }) => id);
  if (ids.length === 0) return new Set();
  const rows = await execute<{ message_id: string }>(CANCELLED, [plainArray(ids)]);
  return new Set(rows.map(({ message_id }) => hexOf(message_id)));
};

export const claimMessages =
  (context: DispatchContext) =>
  ({ dispatcher, ownedRecipientIds, limit, now, recover }: ClaimRequest): Promise<readonly Claim[]> =>
    withConnection(context.connections, async (connection) => {
      const execute = executeOn(connection);
      if (recover) await recoverUnowned(execute, dispatcher, recover);
      const owned = plainArray(ownedRecipientIds);
      const claimed = await execute<QueueRow>(CLAIM, [dispatcher, now, limit, owned]);
      if (claimed.length === 0) return [];
      const claims = await readClaims(context.sealed, execute, claimed, { dispatcher, now });
      const messages = claims.map(({ message }) => message);
      const answers = await answersReach(context, execute, messages);
      const cancelled = await cancelledAmong(execute, messages);
      return claims.map((claim, i) => {
        const answer = answers[i]!;
        const isOthers =
          answer.conversation_id !== null && answer.conversation_id !== claim.message.conversationId;
        const validUntil = isOthers ? 0 : (answer.quarantined_until ?? Number.POSITIVE_INFINITY);
        const blockedBy = blockOf(claim.message, answer, cancelled);
        return { ...claim, validUntil: Math.min(claim.validUntil, validUntil), blockedBy };
      });
    });

export const blocksOf =
  (context: DispatchContext): Dispatch["blocks"] =>
  (messages) =>
    withConnection(context.connections, async (connection) => {
      const execute = executeOn(connection);
      const answers = await answersReach(context, execute, messages);
      const cancelled = await cancelledAmong(execute, messages);
      return messages.map((message, i) => blockOf(message, answers[i]!, cancelled));
    });

const blockOf = (
  message: OutboundMessage,
  answer: Answer,
  cancelled: ReadonlySet<string>,
): DepartureBlock | null =>
  blockBeforeDeparture(message, {
    optedOutSince: answer.opted_out_since,
    isPairBlocked: answer.conversation_id === message.conversationId && answer.pair_blocked,
    isCancelled: cancelled.has(hexOf(message.id)),
  });

/** What an answer to a message would reach now; nulls: nothing was ever routed there. */
interface Answer {
  readonly conversation_id: string | null;
  readonly quarantined_until: number | null;
  readonly pair_blocked: boolean;
  readonly opted_out_since: number | null;
}

/** In the order of the messages. */
const answersReach = async (
  { index }: DispatchContext,
  execute: Execute,
  messages: readonly OutboundMessage[],
): Promise<readonly Answer[]> => {
  const blind = await index();
  return execute<Answer>(CURRENT, [
    plainArray(messages.map(({ destination }) => blind.ofNumber(destination))),
    plainArray(messages.map(({ source }) => source)),
  ]);
};

const NEXT_DUE = `select q.due_at from queue q
where q.claimed_by is null and q.partition = any (${OWNED}) and ${IS_HEAD} and ${notOwned("$2")}
  and exists (select from dispatcher where id = $1 and not expired)
order by q.due_at limit 1`;

export const nextDue =
  ({ connections }: DispatchContext) =>
  ({ dispatcher, ownedRecipientIds }: Owned): Promise<number | null> =>
    withConnection(connections, async (connection) => {
      const owned = plainArray(ownedRecipientIds);
      const [row] = await executeOn(connection)<{ due_at: number }>(NEXT_DUE, [dispatcher, owned]);
      return row?.due_at ?? null;
    });
