import { tellFacts } from "#adapters/postgres/events/tell.ts";
import type { Execute } from "#adapters/postgres/execute.ts";
import type { Unreadable } from "#adapters/postgres/sealing/keyring.ts";
import { damagedAmong } from "#adapters/postgres/sealing/keys-in-use.ts";
import type { MessagePayload, SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { lowestOf } from "#adapters/postgres/table-partitions/periods.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { PRIORITIES } from "#core/domain/priority.ts";
import type { Claim, ClaimRequest } from "#core/ports/dispatch.ts";

/** Another process may have the key, or this one after its next start. */
const UNKNOWN_KEY_PAUSE_MS = 30_000;
const UNREADABLE_DETAIL = "the stored text cannot be opened";

/** A statement of its own, because the lowest id says which partitions are read. */
export const CLAIMED_MESSAGES = `select i.message_id, i.attempts, i.answer_lost, m.conversation_id, m.sender_id, m.recipient_id, m.priority, m.source,
  m.received_at, m.expires_at, m.payload
from unnest($1::uuid[], $2::integer[], $3::boolean[]) with ordinality as i (message_id, attempts, answer_lost, ordinal)
join message m on m.id = i.message_id
where m.id >= $4 order by i.ordinal`;

export interface QueueRow {
  readonly message_id: string;
  readonly attempts: number;
  readonly answer_lost: boolean;
}

interface ClaimRow extends QueueRow {
  readonly conversation_id: string;
  readonly sender_id: string | null;
  readonly recipient_id: string;
  readonly priority: number;
  readonly source: number;
  readonly received_at: number;
  readonly expires_at: number;
  readonly payload: Buffer | null;
}

/** Ends what nobody can open, and takes it out of the queue. */
const END_DAMAGED = `with alive as materialized (
  select id from dispatcher where id = $1 and not expired for key share),
ended as (
  insert into message_outcome (message_id, at, state, code, detail)
  select i.id, $3, 'failed', 'unreadable', '${UNREADABLE_DETAIL}' from alive cross join unnest($2::uuid[]) as i (id)
  order by i.id on conflict (message_id) do nothing returning message_id, at),
${tellFacts({ ended: "ended" })}
delete from queue where claimed_by in (select id from alive) and message_id = any ($2::uuid[])`;

/** Keeps what is sealed with a key that this process lacks for those who have it. */
const PUT_BACK = `update queue set claimed_by = null, due_at = greatest(due_at, $3::bigint)
where claimed_by = $1 and message_id = any ($2::uuid[])`;

/**
 * The messages of claimed queue rows, in their order. One that is damaged ends as failed (`unreadable`); one whose key is unknown goes
 * back into the queue and is due again later. Both are left out.
 */
export const readClaims = async (
  sealed: SealedValues,
  execute: Execute,
  claimed: readonly QueueRow[],
  { dispatcher, now }: Pick<ClaimRequest, "dispatcher" | "now">,
): Promise<readonly Claim[]> => {
  const ids = claimed.map(({ message_id }) => message_id);
  const rows = await execute<ClaimRow>(CLAIMED_MESSAGES, [
    plainArray(ids),
    plainArray(claimed.map(({ attempts }) => attempts)),
    plainArray(claimed.map(({ answer_lost }) => answer_lost)),
    lowestOf(ids),
  ]);
  const claims: Claim[] = [];
  const unreadable: Unreadable[] = [];
  for (const row of rows) {
    if (row.payload === null) {
      claims.push(toClaim(row, null));
      continue;
    }
    const payload = sealed.openMessage(row.message_id, row.payload);
    if (payload.ok) claims.push(toClaim(row, payload.value));
    else unreadable.push(payload.error);
  }
  const isDamaged = await damagedAmong(execute, unreadable);
  const [damaged, unknown] = [true, false].map((wanted) =>
    unreadable.filter((_, n) => isDamaged[n] === wanted).map(({ row }) => row),
  ) as [string[], string[]];
  if (damaged.length > 0) await execute(END_DAMAGED, [dispatcher, plainArray(damaged), now]);
  if (unknown.length > 0)
    await execute(PUT_BACK, [dispatcher, plainArray(unknown), now + UNKNOWN_KEY_PAUSE_MS]);
  return claims;
};

/** Without a payload when the text is erased: such a message is never sent. */
const toClaim = (row: ClaimRow, payload: MessagePayload | null): Claim => ({
  message: {
    id: row.message_id,
    conversationId: row.conversation_id,
    senderId: row.sender_id,
    recipientId: row.recipient_id,
    priority: PRIORITIES[row.priority]!,
    source: String(row.source) as Msisdn,
    destination: (payload?.destination ?? String(row.source)) as Msisdn,
    text: payload?.text ?? "",
    receivedAt: row.received_at,
    expiresAt: row.expires_at,
    ...(payload?.hold && { hold: payload.hold }),
  },
  attempts: row.attempts,
  answerLost: row.answer_lost,
  validUntil: payload === null ? 0 : Number.POSITIVE_INFINITY,
  blockedBy: null,
});
