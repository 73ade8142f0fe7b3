import { unnested } from "#adapters/postgres/sql/columns.ts";
import {
  ACCEPTED_COLUMNS,
  MESSAGE_COLUMNS,
  NO_NUMBER,
  NO_PRIORITY,
  OUTCOME_COLUMNS,
  RECEIPT_COLUMNS,
} from "./commit-columns.ts";
import { RELAYED } from "./decision-code.ts";
import { carrierIdHash, hasCarrierId } from "./parked-receipts.ts";

/**
 * The sections of which the statement that writes a batch is put together. `first` is the number of the parameter with which
 * the columns of a section begin.
 *
 * Rows are looked up by lateral subselects that cannot be turned into joins: a plan that was made while a table was empty would join
 * with all of it, and be kept until the next analysis of what has grown large meanwhile.
 */

/** Whether a message or an outcome that exists already is skipped, or aborts the statement, which costs a sixth less. */
export type OnDuplicate = "skip" | "abort";

const ALIVE = "(select exists (select from alive))";

/** Evaluated once per statement. The queue is mostly empty, and then no message looks into it. */
const NOTHING_QUEUED = "(select not exists (select from queue))";
const SOMETHING_QUEUED = "(select exists (select from queue))";

/** Messages that leave the queue with these facts. Parts are sent in order: the last one ends the message. */
export const doneBy = (acceptedAt: number | null, outcomesAt: number | null): string => {
  const facts = [
    acceptedAt !== null &&
      `select message_id from ${unnested(ACCEPTED_COLUMNS, acceptedAt, "a")} where coalesce(part, 0) = coalesce(parts, 1) - 1`,
    outcomesAt !== null && `select message_id from ${unnested(OUTCOME_COLUMNS, outcomesAt, "e")}`,
  ].filter((part) => part !== false);
  return facts.length > 0 ? `array(${facts.join(" union all ")})` : "'{}'::uuid[]";
};

export const clearQueue = (done: string): string =>
  `cleared as (delete from queue where ${SOMETHING_QUEUED} and ${ALIVE} and message_id = any (${done}))`;

const routed = "coalesce(i.routed, true)";
/** Only a message that is sent can be owned. */
const own = "coalesce(i.own, true)";
const priority = `nullif(coalesce(i.priority, 0), ${NO_PRIORITY})`;

/** Nothing was written under the key on the other side of a boundary of periods. The bounds of their ids are the parameters from `first` on. */
const isNotTaken = (first: number): string =>
  `and (select p.id from message p where p.key = i.key and p.id >= $${first} and p.id < $${first + 1} limit 1) is null`;

/**
 * Who talks to whom is taken from the route itself, as its version says that the decision was made on the same. `dedupIdRange`: where the
 * bounds of other ids begin among which the keys must not be; null: nowhere.
 */
export const writeMessages = (
  first: number,
  done: string,
  onDuplicate: OnDuplicate,
  dedupIdRange: number | null,
): readonly string[] => [
  `written as (
  insert into message (id, key, conversation_id, sender_id, recipient_id, dispatcher, received_at, expires_at,
    source, priority, decision_code, segments, payload, service_id, stranger_index, texted)
  select i.id, i.key, case when ${routed} then r.conversation_id end, case when ${routed} then r.sender_id end,
    case when ${routed} then r.recipient_id end,
    case when ${own} and (${NOTHING_QUEUED} or not exists (
      select from queue q where q.recipient_id = r.recipient_id and q.message_id <> all (${done}))) then (select id from alive) end,
    i.received_at, i.expires_at, case when ${priority} is not null then r.source end, ${priority},
    coalesce(i.decision_code, ${RELAYED}), coalesce(i.segments, 1), i.payload, i.service_id,
    case when not ${routed} then i.sender_index end, case when not ${routed} then nullif(i.virtual_number, ${NO_NUMBER}) end
  from ${unnested(MESSAGE_COLUMNS, first, "i")}
  left join lateral (
    select * from route where sender_index = i.sender_index and virtual_number = i.virtual_number offset 0) r on true
  where ${ALIVE} and r.version is not distinct from i.route_version ${dedupIdRange === null ? "" : isNotTaken(dedupIdRange)}
  order by i.key
  ${onDuplicate === "skip" ? "on conflict do nothing" : ""}
  returning id, recipient_id, dispatcher, received_at, expires_at, priority)`,
  `queued as (
  insert into queue (message_id, recipient_id, received_at, due_at, expires_at, partition, priority)
  select id, recipient_id, received_at, received_at, expires_at, get_byte(uuid_send(recipient_id), 15) % 64, priority
  from written where dispatcher is null and priority is not null
  returning 1)`,
];

export const recordAccepted = (first: number, onDuplicate: OnDuplicate): string => `recorded as (
  insert into accepted (message_id, at, part, parts, link, attempts, carrier_id)
  select message_id, at, coalesce(part, 0), coalesce(parts, 1), coalesce(link, 0), coalesce(attempts, 1), carrier_id
  from ${unnested(ACCEPTED_COLUMNS, first, "a")} where ${ALIVE}
  ${onDuplicate === "skip" ? "returning message_id, at, part, parts" : ""})`;

const CARRIER_ID = ACCEPTED_COLUMNS.findIndex(({ name }) => name === "carrier_id");

/** Mostly nothing at all is parked. */
export const isParked = (first: number): string =>
  `(exists (select from parked_receipt) and exists (select from parked_receipt where carrier_id = any ($${first + CARRIER_ID}::text[])))`;

export const givenOutcomes = (first: number): string =>
  `select 0 as rank, message_id, at, coalesce(state, 'delivered') as state, code, detail
  from ${unnested(OUTCOME_COLUMNS, first, "e")} where ${ALIVE}`;

/** What receipts can be meant for: the bounds of the ids are the parameters from `rangeAt` on. */
const inReceiptRange = (row: string, rangeAt: number): string =>
  `${row}.message_id >= $${rangeAt}::uuid and ${row}.message_id < $${rangeAt + 1}::uuid`;

/** Duplicate receipts: skipped if an outcome exists. */
export const receiptedOutcomes = (rangeAt: number): string =>
  `select 1 as rank, message_id, at, state, code, detail from matched m
  where parts = 1 and (select v.at from message_outcome v where v.message_id = m.message_id and ${inReceiptRange("v", rangeAt)}) is null`;

export const writeOutcomes = (
  candidates: readonly string[],
  onDuplicate: OnDuplicate,
  isReadBack: boolean,
): string => `ended as (
  insert into message_outcome (message_id, at, state, code, detail)
  select message_id, at, state, code, detail from (${candidates.join(" union all ")}) e
  order by message_id, rank, at
  ${onDuplicate === "skip" ? "on conflict (message_id) do nothing" : ""}
  ${isReadBack ? "returning message_id, at" : ""})`;

const writePartReceipts: readonly string[] = [
  "multipart as materialized (select message_id, parts, part, at, state, code, detail from matched where parts > 1)",
  `kept as (
  insert into part_receipt (message_id, parts, part, at, state, code, detail)
  select * from multipart order by message_id, parts, part, at
  on conflict (message_id, parts, part) do nothing)`,
];

/** `SEPARATOR` of the columns. */
const SEPARATOR_SQL = "E'\\n'";

/** The newest message with the id, as a carrier may give an id twice. The other ways of reading the id are tried only if the first fails. */
export const lookUpReceipts = (first: number, rangeAt: number): readonly string[] => [
  `looked_up as materialized (
  select r.receipt, r.carrier_id, r.other_ids, r.at, coalesce(r.state, 'delivered') as state, r.code, r.detail,
    r.virtual_number::bigint as virtual_number, r.number_index,
    coalesce(a.message_id, b.message_id) as message_id, coalesce(a.part, b.part) as part,
    coalesce(a.parts, b.parts) as parts
  from ${unnested(RECEIPT_COLUMNS, first, "r")}
  cross join ${carrierIdHash("r.carrier_id")} h
  left join lateral (
    select message_id, part, parts from accepted o
    where ${hasCarrierId("o", "r.carrier_id", "h.hash")} and ${inReceiptRange("o", rangeAt)} order by at desc limit 1) a on true
  left join lateral (
    select o.message_id, o.part, o.parts
    from unnest(string_to_array(r.other_ids, ${SEPARATOR_SQL})) with ordinality as id (carrier_id, rank)
    cross join ${carrierIdHash("id.carrier_id")} h
    cross join lateral (
      select * from accepted a where ${hasCarrierId("a", "id.carrier_id", "h.hash")} and ${inReceiptRange("a", rangeAt)} offset 0) o
    where a.message_id is null order by id.rank, o.at desc limit 1) b on true
  where ${ALIVE})`,
  // What names numbers waits until they can be compared, also where its message is known by now.
  "matched as materialized (select * from looked_up where message_id is not null and number_index is null)",
  `parked as (
  insert into parked_receipt (receipt, rank, carrier_id, at, state, code, detail, virtual_number, number_index)
  select l.receipt, id.rank, id.carrier_id, l.at, l.state, l.code, l.detail, l.virtual_number, l.number_index
  from looked_up l, unnest(l.carrier_id || string_to_array(l.other_ids, ${SEPARATOR_SQL}))
    with ordinality as id (carrier_id, rank)
  where l.message_id is null or l.number_index is not null)`,
  `receipted as (
  delete from queue
  where ${SOMETHING_QUEUED} and message_id = any (array(select message_id from matched where parts = 1)))`,
  ...writePartReceipts,
];
