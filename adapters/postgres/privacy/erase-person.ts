import type { Execute } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { ErasureResult } from "#core/domain/privacy/erasure.ts";
import { publicId } from "#core/domain/public-id.ts";
import { eraseUnindexed } from "./erase-unindexed.ts";

/** The person, as storage finds them. */
export interface ErasedPerson {
  readonly number: Msisdn;
  readonly numberIndex: string;
  readonly at: number;
}

export interface PersonErased {
  readonly result: ErasureResult;
  /** Something of the person is on hold, and still there. */
  readonly isHeld: boolean;
}

interface Participation {
  readonly id: string;
  readonly conversation_id: string;
  readonly details: Buffer;
}

/** Each half has an index of its own. */
const OF_PERSON = `(select * from participant where number_index = $1 and left_at is null
  union all select * from participant where number_index = $1 and left_at is not null)`;
const PARTICIPATIONS = `select p.id, p.conversation_id, p.details from ${OF_PERSON} p
where p.conversation_id not in (select held_conversations($2)) order by p.id`;

/** Erases what leads to a person, in the transaction of `execute`. */
export const erasePerson = async (
  execute: Execute,
  sealed: SealedValues,
  { number, numberIndex, at }: ErasedPerson,
): Promise<PersonErased> => {
  const own = await execute<Participation>(PARTICIPATIONS, [numberIndex, at]);
  const participants = plainArray(own.map(({ id }) => id));
  const conversationIds = [...new Set(own.map(({ conversation_id }) => conversation_id))];
  const conversations = plainArray(conversationIds);
  const run = async (text: string, values: readonly unknown[]): Promise<number> =>
    (await execute<{ id: string }>(text, values)).length;

  // First what takes long and locks nothing else.
  const unindexed = await eraseUnindexed(execute, sealed, {
    number,
    conversations: new Set(conversationIds.map((id) => publicId("cnv", id))),
  });
  const unlinked = await unlinkReceived(execute, sealed, conversations, participants);
  const counts = {
    ...unindexed,
    message:
      unlinked +
      (await run(ERASE_MESSAGES, [conversations, participants])) +
      (await run(ERASE_STRANGERS, [numberIndex])),
    broadcast_line: await run(ERASE_LINES, [participants]),
    route:
      (await run(FORGET_ROUTES, [numberIndex, at])) +
      (await unlinkRoutes(execute, sealed, conversations, participants)),
    past_route: await run(FORGET_PAST_ROUTES, [numberIndex]),
    parked_receipt: await run(FORGET_RECEIPTS, [numberIndex]),
    webhook_attempt: own.length === 0 ? 0 : await run(ERASE_WEBHOOK_ANSWERS, []),
    opt_out: await run(UNLINK_OPT_OUTS, [numberIndex]),
    hold: await unlinkHolds(execute, sealed, numberIndex, conversations, at),
    conversation: await eraseConversations(execute, sealed, conversationIds),
    participant: await eraseParticipants(execute, sealed, own),
  };
  const [left] = await execute<Left>(LEFT, [numberIndex, at, conversations, participants]);
  const { is_held, remaining, opt_outs, blocks, pairs, pairs_until } = left!;
  return {
    isHeld: is_held,
    result: {
      ...{ counts, remaining, optOuts: opt_outs, blocks, quarantinedPairs: pairs },
      quarantinedUntil: pairs_until === null ? null : Number(pairs_until),
    },
  };
};

/** The person's own texts, and all of the platform, which may name the person to the other one. What is still to be sent is not sent without a payload. */
const ERASE_MESSAGES = `update message m set payload = null
where m.conversation_id = any ($1::uuid[]) and m.payload is not null
  and (m.sender_id is null or m.sender_id = any ($2::uuid[]) or (m.recipient_id = any ($2::uuid[])
    and not exists (select from message_outcome o where o.message_id = m.id)))
returning m.id`;

const ERASE_STRANGERS = `update message set payload = null, stranger_index = gen_random_uuid()
where stranger_index = $1 returning id`;

const PAGE = 500;
const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

const RECEIVED = `select m.id, m.payload from message m
where m.conversation_id = any ($1::uuid[]) and m.recipient_id = any ($2::uuid[]) and m.sender_id is not null
  and m.payload is not null and m.id > $3 and exists (select from message_outcome o where o.message_id = m.id)
order by m.id limit $4`;
const REPLACE = `update message m set payload = n.payload
from unnest($1::uuid[], $2::bytea[]) as n (id, payload) where m.id = n.id returning m.id`;

/** What others wrote to the person stays theirs, without where it went. */
const unlinkReceived = async (
  execute: Execute,
  sealed: SealedValues,
  conversations: string,
  participants: string,
): Promise<number> => {
  let count = 0;
  for (let after = LOWEST_ID; ; ) {
    const rows = await execute<{ id: string; payload: Buffer }>(RECEIVED, [
      ...[conversations, participants, after, PAGE],
    ]);
    const linked = rows.flatMap(({ id, payload }) => {
      const opened = sealed.openMessage(id, payload);
      if (opened.ok && opened.value.destination === "") return [];
      const text = opened.ok ? opened.value.text : "";
      return [{ id, payload: sealed.sealMessage(id, { destination: "", text }) }];
    });
    if (linked.length > 0)
      await execute(REPLACE, [
        plainArray(linked.map(({ id }) => id)),
        byteaArray(linked.map((row) => row.payload)),
      ]);
    count += linked.length;
    if (rows.length < PAGE) return count;
    after = rows.at(-1)!.id;
  }
};

/** Of two conditions, each of which has an index of its own. */
const ERASE_LINES = `with settled as (
  delete from broadcast_line where recipient_id = any ($1::uuid[]) and settled_at is not null returning line as id),
waiting as (
  delete from broadcast_line where recipient_id = any ($1::uuid[]) and settled_at is null returning line as id)
select id from settled union all select id from waiting`;

/** A number is not given back soon after its last quarantine, whosever that was. `gone`: routes that are deleted. */
export const NOTE_USE = `used as (
  update number n set used_until = greatest(n.used_until, g.until)
  from (select virtual_number, max(quarantined_until) as until from gone group by virtual_number) g
  where n.number = g.virtual_number)`;

/** A pair in quarantine stays until that is over, so that a late text reaches nobody else. */
const FORGET_ROUTES = `with gone as (
  delete from route where sender_index = $1 and closed_at is not null and quarantined_until <= $2
    and conversation_id not in (select held_conversations($2)) returning sender_index, virtual_number, quarantined_until),
${NOTE_USE}
select sender_index as id from gone`;

const TO_PERSON = `select sender_index, virtual_number, conversation_id, recipient_id, recipient_index from route
where conversation_id = any ($1::uuid[]) and recipient_id = any ($2::uuid[]) for update`;
const UNLINK_ROUTE = `update route set recipient = $3, recipient_index = gen_random_uuid(), version = nextval('route_version')
where sender_index = $1 and virtual_number = $2`;

interface RouteRow {
  readonly sender_index: string;
  readonly virtual_number: string;
  readonly conversation_id: string;
  readonly recipient_id: string;
}

const unlinkRoutes = async (
  execute: Execute,
  sealed: SealedValues,
  conversations: string,
  participants: string,
): Promise<number> => {
  const rows = await execute<RouteRow>(TO_PERSON, [conversations, participants]);
  for (const { sender_index, virtual_number, conversation_id, recipient_id } of rows) {
    const key = {
      ...{ senderIndex: hexOf(sender_index), virtualNumber: String(virtual_number) },
      ...{ conversationId: conversation_id, recipientId: recipient_id },
    };
    await execute(UNLINK_ROUTE, [sender_index, virtual_number, sealed.sealRecipient(key, "" as Msisdn)]);
  }
  return rows.length;
};

const FORGET_PAST_ROUTES = `delete from past_route where sender_index = $1 returning sender_index as id`;
const FORGET_RECEIPTS = "delete from parked_receipt where number_index = $1 returning receipt as id";
/** What applications answered may repeat a text, and says of whom it was only to them. */
const ERASE_WEBHOOK_ANSWERS = `update webhook_attempt set answer = null
where answer is not null and (event_type like 'message.%' or event_type like 'conversation.%') returning position as id`;
const UNLINK_OPT_OUTS =
  "update opt_out set number = null where number_index = $1 and number is not null returning number_index as id";

const OVER = `update hold set number_index = case when number_index is not null then gen_random_uuid() end
where (number_index = $1 or conversation_id = any ($2::uuid[])) and (released_at is not null or until <= $3) returning id`;
const REPLACE_REASON = "update hold set reason = $2 where id = $1";

/** What a hold was for may name the person, in an operator's words; who placed it, and until when, stays. */
const unlinkHolds = async (
  execute: Execute,
  sealed: SealedValues,
  numberIndex: string,
  conversations: string,
  at: number,
): Promise<number> => {
  const rows = await execute<{ id: string }>(OVER, [numberIndex, conversations, at]);
  for (const { id } of rows) await execute(REPLACE_REASON, [id, sealed.sealHold(id, "")]);
  return rows.length;
};

const ERASE_CONVERSATION = `update conversation set details = $2, close_reason = null, reference_index = null,
  version = version + 1 where id = $1 returning id`;

/** The platform's own words about a conversation may name the person. */
const eraseConversations = async (
  execute: Execute,
  sealed: SealedValues,
  ids: readonly string[],
): Promise<number> => {
  for (const id of ids)
    await execute(ERASE_CONVERSATION, [id, sealed.sealConversation(id, { reference: null, metadata: {} })]);
  return ids.length;
};

const ERASE_PARTICIPANT =
  "update participant set number_index = gen_random_uuid(), details = $2 where id = $1";

const eraseParticipants = async (
  execute: Execute,
  sealed: SealedValues,
  own: readonly Participation[],
): Promise<number> => {
  for (const { id, details } of own) {
    const opened = sealed.openParticipant(id, details);
    const country = opened.ok ? opened.value.country : "ZZ";
    const nobody = { number: "" as Msisdn, name: null, country, areaPrefix: "" };
    await execute(ERASE_PARTICIPANT, [id, sealed.sealParticipant(id, nobody)]);
  }
  return own.length;
};

interface Left {
  readonly is_held: boolean;
  readonly remaining: number;
  readonly opt_outs: number;
  readonly blocks: number;
  readonly pairs: number;
  readonly pairs_until: string | number | null;
}

/** Counted anew, in all tables that could name the person, but for what is on hold. */
const LEFT = `with held as materialized (select held_conversations($2) as id)
select
  exists (select from ${OF_PERSON} p where p.conversation_id in (select id from held)) as is_held,
  ((select count(*) from ${OF_PERSON} p where p.conversation_id not in (select id from held))
    + (select count(*) from message where conversation_id = any ($3::uuid[]) and payload is not null
      and (sender_id is null or sender_id = any ($4::uuid[])))
    + (select count(*) from message where stranger_index = $1)
    + (select count(*) from broadcast_line where recipient_id = any ($4::uuid[]) and settled_at is not null)
    + (select count(*) from broadcast_line where recipient_id = any ($4::uuid[]) and settled_at is null)
    + (select count(*) from route where conversation_id = any ($3::uuid[]) and recipient_index = $1)
    + (select count(*) from route where sender_index = $1 and closed_at is null and opened_at < $2)
    + (select count(*) from past_route where sender_index = $1)
    + (select count(*) from parked_receipt where number_index = $1)
    + (select count(*) from hold where number_index = $1 and (released_at is not null or until <= $2))
    + (select count(*) from opt_out where number_index = $1 and number is not null))::int as remaining,
  (select count(*) from opt_out where number_index = $1)::int as opt_outs,
  (select count(*) from pair_block where low_index = $1 or high_index = $1)::int as blocks,
  (select count(*) from route where sender_index = $1 and quarantined_until > $2)::int as pairs,
  (select max(quarantined_until) from route where sender_index = $1 and quarantined_until > $2) as pairs_until`;
