import { unnested } from "#adapters/postgres/sql/columns.ts";
import {
  ACCEPTED_COLUMNS,
  END_COLUMNS,
  MESSAGE_COLUMNS,
  NO_LANE,
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

/** Whether a message or a verdict that is known already is passed over, or fails the whole statement, which costs a sixth less. */
export type KnownRows = "skipped" | "refused";

const ALIVE = "(select exists (select from alive))";

/** Asked once per statement. The queue is mostly empty, and then need not be asked for each message. */
const NOTHING_QUEUED = "(select not exists (select from queue))";
const SOMETHING_QUEUED = "(select exists (select from queue))";

/** Messages that leave the queue with these facts; with its last part, which goes last, a text is gone. */
export const doneBy = (acceptedAt: number | null, endsAt: number | null): string => {
  const facts = [
    acceptedAt !== null &&
      `select message_id from ${unnested(ACCEPTED_COLUMNS, acceptedAt, "a")} where coalesce(part, 0) = coalesce(parts, 1) - 1`,
    endsAt !== null && `select message_id from ${unnested(END_COLUMNS, endsAt, "e")}`,
  ].filter((part) => part !== false);
  return facts.length > 0 ? `array(${facts.join(" union all ")})` : "'{}'::uuid[]";
};

export const clearQueue = (done: string): string =>
  `cleared as (delete from queue where ${SOMETHING_QUEUED} and ${ALIVE} and message_id = any (${done}))`;

const routed = "coalesce(i.routed, true)";
/** Only what is to be sent can be held. */
const hold = "coalesce(i.hold, true)";
const lane = `nullif(coalesce(i.lane, 0), ${NO_LANE})`;

/** Nothing was written under the key on the other side of a boundary of periods. The bounds of their ids are the parameters from `first` on. */
const isNotTaken = (first: number): string =>
  `and (select p.id from message p where p.key = i.key and p.id >= $${first} and p.id < $${first + 1} limit 1) is null`;

/**
 * Who talks to whom is taken from the route itself, as its version says that the decision was made on the same. `asked`: where the
 * bounds of other ids begin among which the keys must not be; null: nowhere.
 */
export const writeMessages = (
  first: number,
  done: string,
  known: KnownRows,
  asked: number | null,
): readonly string[] => [
  `written as (
  insert into message (id, key, conversation_id, sender_id, recipient_id, dispatcher, received_at, expires_at,
    source, lane, disposition, segments, payload)
  select i.id, i.key, case when ${routed} then r.conversation_id end, case when ${routed} then r.sender_id end,
    case when ${routed} then r.recipient_id end,
    case when ${hold} and (${NOTHING_QUEUED} or not exists (
      select from queue q where q.thread = r.recipient_id and q.message_id <> all (${done}))) then (select id from alive) end,
    i.received_at, i.expires_at, case when ${lane} is not null then r.source end, ${lane},
    coalesce(i.disposition, ${RELAYED}), coalesce(i.segments, 1), i.payload
  from ${unnested(MESSAGE_COLUMNS, first, "i")}
  left join lateral (
    select * from route where sender_index = i.sender_index and virtual_number = i.virtual_number offset 0) r on true
  where ${ALIVE} and r.version is not distinct from i.route_version ${asked === null ? "" : isNotTaken(asked)}
  order by i.key
  ${known === "skipped" ? "on conflict do nothing" : ""}
  returning id, recipient_id, dispatcher, received_at, expires_at, lane)`,
  `queued as (
  insert into queue (message_id, thread, received_at, due_at, expires_at, partition, lane)
  select id, recipient_id, received_at, received_at, expires_at, get_byte(uuid_send(recipient_id), 15) % 64, lane
  from written where dispatcher is null and lane is not null
  returning 1)`,
];

export const recordAccepted = (first: number): string => `recorded as (
  insert into accepted (message_id, at, part, parts, link, attempts, carrier_id)
  select message_id, at, coalesce(part, 0), coalesce(parts, 1), coalesce(link, 0), coalesce(attempts, 1), carrier_id
  from ${unnested(ACCEPTED_COLUMNS, first, "a")} where ${ALIVE})`;

const CARRIER_ID = ACCEPTED_COLUMNS.findIndex(({ name }) => name === "carrier_id");

/** Mostly nothing at all is parked. */
export const isParked = (first: number): string =>
  `(exists (select from parked_receipt) and exists (select from parked_receipt where carrier_id = any ($${first + CARRIER_ID}::text[])))`;

export const givenEnds = (first: number): string =>
  `select 0 as rank, message_id, at, coalesce(state, 'delivered') as state, code, detail
  from ${unnested(END_COLUMNS, first, "e")} where ${ALIVE}`;

/** What receipts can be meant for: the bounds of the ids are the parameters from `heardAt` on. */
const isHeard = (row: string, heardAt: number): string =>
  `${row}.message_id >= $${heardAt}::uuid and ${row}.message_id < $${heardAt + 1}::uuid`;

/** Carriers like to say a thing twice. */
export const heardEnds = (heardAt: number): string =>
  `select 1 as rank, message_id, at, state, code, detail from matched m
  where parts = 1 and (select v.at from verdict v where v.message_id = m.message_id and ${isHeard("v", heardAt)}) is null`;

export const writeVerdicts = (candidates: readonly string[], known: KnownRows): string => `ended as (
  insert into verdict (message_id, at, state, code, detail)
  select message_id, at, state, code, detail from (${candidates.join(" union all ")}) e
  order by message_id, rank, at
  ${known === "skipped" ? "on conflict (message_id) do nothing" : ""})`;

const writeFates: readonly string[] = [
  "fate as materialized (select message_id, parts, part, at, state, code, detail from matched where parts > 1)",
  `kept as (
  insert into part_fate (message_id, parts, part, at, state, code, detail)
  select * from fate order by message_id, parts, part, at
  on conflict (message_id, parts, part) do nothing)`,
];

/** `SEPARATOR` of the columns. */
const SEPARATOR_SQL = "E'\\n'";

/** The newest message of an id that the carrier may have given twice. The other readings are tried only if the first fails. */
export const lookUpReceipts = (first: number, heardAt: number): readonly string[] => [
  `looked_up as materialized (
  select r.receipt, r.carrier_id, r.other_ids, r.at, coalesce(r.state, 'delivered') as state, r.code, r.detail,
    coalesce(a.message_id, b.message_id) as message_id, coalesce(a.part, b.part) as part,
    coalesce(a.parts, b.parts) as parts
  from ${unnested(RECEIPT_COLUMNS, first, "r")}
  cross join ${carrierIdHash("r.carrier_id")} h
  left join lateral (
    select message_id, part, parts from accepted o
    where ${hasCarrierId("o", "r.carrier_id", "h.hash")} and ${isHeard("o", heardAt)} order by at desc limit 1) a on true
  left join lateral (
    select o.message_id, o.part, o.parts
    from unnest(string_to_array(r.other_ids, ${SEPARATOR_SQL})) with ordinality as id (carrier_id, rank)
    cross join ${carrierIdHash("id.carrier_id")} h
    cross join lateral (
      select * from accepted a where ${hasCarrierId("a", "id.carrier_id", "h.hash")} and ${isHeard("a", heardAt)} offset 0) o
    where a.message_id is null order by id.rank, o.at desc limit 1) b on true
  where ${ALIVE})`,
  "matched as materialized (select * from looked_up where message_id is not null)",
  `parked as (
  insert into parked_receipt (receipt, rank, carrier_id, at, state, code, detail)
  select l.receipt, id.rank, id.carrier_id, l.at, l.state, l.code, l.detail
  from looked_up l, unnest(l.carrier_id || string_to_array(l.other_ids, ${SEPARATOR_SQL}))
    with ordinality as id (carrier_id, rank)
  where l.message_id is null)`,
  `heard as (
  delete from queue
  where ${SOMETHING_QUEUED} and message_id = any (array(select message_id from matched where parts = 1)))`,
  ...writeFates,
];
