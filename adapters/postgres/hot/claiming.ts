import { type Execute, executeOn, withConnection } from "#adapters/postgres/database.ts";
import type { DispatchContext } from "#adapters/postgres/ownership/dispatch.ts";
import { lowestOf } from "#adapters/postgres/partitions/periods.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { PRIORITIES } from "#core/domain/message.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Claim, ClaimRequest } from "#core/ports/dispatch.ts";

/** The oldest message of its thread, whatever the lane: within a thread nothing overtakes. */
const IS_HEAD = `not exists (select from queue o
  where o.thread = q.thread and (o.received_at, o.message_id) < (q.received_at, q.message_id))`;

/** Nothing of the thread is in the claimer's own hand. */
const notHeld = (threads: string): string =>
  `not exists (select from unnest(${threads}::uuid[]) as held (thread) where held.thread = q.thread)`;

const OWNED = `(select array_agg(partition) from partition_lease where owner = $1)::smallint[]`;

const CLAIM = `with alive as materialized (
  select id from dispatcher where id = $1 and not dead for key share),
picked as materialized (
  select q.message_id from alive cross join queue q
  where q.claimed_by is null and q.due_at <= $2 and q.partition = any (${OWNED}) and ${IS_HEAD} and ${notHeld("$4")}
  order by q.lane, q.received_at, q.message_id limit $3
  for update of q skip locked),
claimed as (
  update queue q set claimed_by = $1 from picked where q.message_id = picked.message_id and q.claimed_by is null
  returning q.*)
select message_id, attempts, unknown from claimed order by lane, received_at, message_id`;

const CLAIMED_BEFORE = `select message_id, attempts, unknown from queue
where claimed_by = $1 and exists (select from dispatcher where id = $1 and not dead)
order by lane, received_at, message_id`;

/** By a statement of its own, as the lowest id says which periods are to be read. */
export const CLAIMED_MESSAGES = `select i.message_id, i.attempts, i.unknown, m.conversation_id, m.sender_id, m.recipient_id, m.lane, m.source,
  m.received_at, m.expires_at, m.payload
from unnest($1::uuid[], $2::integer[], $3::boolean[]) with ordinality as i (message_id, attempts, unknown, place)
join message m on m.id = i.message_id
where m.id >= $4 order by i.place`;

interface QueueRow {
  readonly message_id: string;
  readonly attempts: number;
  readonly unknown: boolean;
}

interface ClaimRow extends QueueRow {
  readonly conversation_id: string;
  readonly sender_id: string | null;
  readonly recipient_id: string;
  readonly lane: number;
  readonly source: number;
  readonly received_at: number;
  readonly expires_at: number;
  readonly payload: Buffer | null;
}

const CURRENT = `select i.place, r.conversation_id, r.quarantined_until
from unnest($1::uuid[], $2::bigint[]) with ordinality as i (person, number, place)
join route r on r.sender_index = i.person and r.virtual_number = i.number`;

export const claimMessages =
  (context: DispatchContext) =>
  ({ dispatcher, limit, now, again = false }: ClaimRequest): Promise<readonly Claim[]> =>
    withConnection(context.connections, async (connection) => {
      const execute = executeOn(connection);
      const before = again ? await execute<QueueRow>(CLAIMED_BEFORE, [dispatcher]) : [];
      const held = plainArray(context.hands.threadsOf(dispatcher));
      const claimed = [...before, ...(await execute<QueueRow>(CLAIM, [dispatcher, now, limit, held]))];
      if (claimed.length === 0) return [];
      const ids = claimed.map(({ message_id }) => message_id);
      const rows = await execute<ClaimRow>(CLAIMED_MESSAGES, [
        plainArray(ids),
        plainArray(claimed.map(({ attempts }) => attempts)),
        plainArray(claimed.map(({ unknown }) => unknown)),
        lowestOf(ids),
      ]);
      const claims = rows.map((row) => toClaim(context, row));
      const answers = await answersReach(context, execute, claims);
      return claims.map((claim, place) => {
        const answer = answers.get(place);
        const isOthers = answer !== undefined && answer.conversation_id !== claim.message.conversationId;
        const validUntil = isOthers ? 0 : (answer?.quarantined_until ?? Number.POSITIVE_INFINITY);
        return { ...claim, validUntil: Math.min(claim.validUntil, validUntil) };
      });
    });

const toClaim = ({ sealed }: DispatchContext, row: ClaimRow): Claim => {
  const payload = row.payload && sealed.openMessage(row.message_id, row.payload);
  return {
    message: {
      id: row.message_id,
      conversationId: row.conversation_id,
      senderId: row.sender_id,
      recipientId: row.recipient_id,
      priority: PRIORITIES[row.lane]!,
      source: String(row.source) as Msisdn,
      // An erased message is never sent.
      destination: (payload?.destination ?? String(row.source)) as Msisdn,
      text: payload?.text ?? "",
      receivedAt: row.received_at,
      expiresAt: row.expires_at,
    },
    attempts: row.attempts,
    answerLost: row.unknown,
    validUntil: payload === null ? 0 : Number.POSITIVE_INFINITY,
  };
};

interface Answer {
  readonly place: number;
  readonly conversation_id: string;
  readonly quarantined_until: number | null;
}

/** What an answer to each message would reach now, by its place. */
const answersReach = async (
  { index }: DispatchContext,
  execute: Execute,
  claims: readonly Claim[],
): Promise<ReadonlyMap<number, Answer>> => {
  const blind = await index();
  const rows = await execute<Answer>(CURRENT, [
    plainArray(claims.map(({ message }) => blind.ofNumber(message.destination))),
    plainArray(claims.map(({ message }) => message.source)),
  ]);
  return new Map(rows.map((row) => [row.place - 1, row]));
};

const NEXT_DUE = `select q.due_at from queue q
where q.claimed_by is null and q.partition = any (${OWNED}) and ${IS_HEAD} and ${notHeld("$2")}
  and exists (select from dispatcher where id = $1 and not dead)
order by q.due_at limit 1`;

export const nextDue =
  ({ connections, hands }: DispatchContext) =>
  (dispatcher: string): Promise<number | null> =>
    withConnection(connections, async (connection) => {
      const held = plainArray(hands.threadsOf(dispatcher));
      const [row] = await executeOn(connection)<{ due_at: number }>(NEXT_DUE, [dispatcher, held]);
      return row?.due_at ?? null;
    });
