import type { QueryConfig } from "pg";
import type { Verdict } from "#core/domain/message.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Accepted } from "#core/ports/traffic.ts";
import {
  ACCEPTED_COLUMNS,
  END_COLUMNS,
  MESSAGE_COLUMNS,
  type MessageRow,
  NO_LANE,
  RECEIPT_COLUMNS,
} from "./commit-columns.ts";
import { RELAYED } from "./disposition.ts";
import { hasCarrierId } from "./parked-receipts.ts";
import { encoded, unnested } from "./sql/columns.ts";

/**
 * The statement that writes a micro-batch: everything in one round trip and one commit. It is put together from sections, of
 * which a batch needs some; each combination has a name of its own and is planned once per connection.
 *
 * - Inserts go in the order of their keys, since two batches with the same keys in different order would deadlock.
 * - The writer's row is locked `for key share`: a burial locks it `for update`, so that either this batch is written before the
 *   dead one's messages are looked for, or it finds itself fenced.
 * - The route of every message is joined with the version that the decision was made on: what does not match is not written.
 */
export interface CommitParameters {
  readonly dispatcher: string;
  readonly messages: readonly MessageRow[];
  readonly accepted: readonly Accepted[];
  readonly ends: readonly Verdict[];
  readonly receipts: readonly FinalReceipt[];
}

/** Whether a message or a verdict that is known already is passed over, or fails the whole statement, which costs a fifth less. */
export type KnownRows = "skipped" | "refused";

export interface CommitRow {
  readonly alive: boolean;
  readonly written: number;
  readonly queued: number;
  readonly matched: number;
  /** Messages of several parts of which something was heard. */
  readonly fates: string[] | null;
  /** Receipts of what was accepted have come before. */
  readonly parked: boolean;
}

export const commitStatement = ({
  dispatcher,
  messages,
  accepted,
  ends,
  receipts,
}: CommitParameters): ((known: KnownRows) => QueryConfig) => {
  const sections = {
    messages: messages.length > 0,
    accepted: accepted.length > 0,
    ends: ends.length > 0,
    receipts: receipts.length > 0,
  };
  const values = [
    dispatcher,
    ...(messages.length > 0 ? encoded(MESSAGE_COLUMNS, messages) : []),
    ...(accepted.length > 0 ? encoded(ACCEPTED_COLUMNS, accepted) : []),
    ...(ends.length > 0 ? encoded(END_COLUMNS, ends) : []),
    ...(receipts.length > 0 ? encoded(RECEIPT_COLUMNS, receipts) : []),
  ];
  return (known) => ({ ...textOf(sections, known), values });
};

type Sections = Readonly<Record<"messages" | "accepted" | "ends" | "receipts", boolean>>;

type StatementText = Readonly<Record<"name" | "text", string>>;

/** There are thirty of them at most. */
const texts = new Map<string, StatementText>();

const textOf = (sections: Sections, known: KnownRows): StatementText => {
  const { messages, accepted, ends, receipts } = sections;
  const name = `commit ${messages ? "m" : ""}${accepted ? "a" : ""}${ends ? "e" : ""}${receipts ? "r" : ""} ${known}`;
  const text = texts.get(name) ?? { name, text: build(sections, known) };
  texts.set(name, text);
  return text;
};

const DISPATCHER = "$1::uuid";
const FIRST_COLUMN = 2;

const ALIVE = "(select exists (select from alive))";

/** Asked once per statement. The queue is mostly empty, and then need not be asked for each message. */
const NOTHING_QUEUED = "(select not exists (select from queue))";
const SOMETHING_QUEUED = "(select exists (select from queue))";

const build = (sections: Sections, known: KnownRows): string => {
  const { messages, accepted, ends, receipts } = sections;
  const acceptedAt = FIRST_COLUMN + (messages ? MESSAGE_COLUMNS.length : 0);
  const endsAt = acceptedAt + (accepted ? ACCEPTED_COLUMNS.length : 0);
  const receiptsAt = endsAt + (ends ? END_COLUMNS.length : 0);
  const ctes = [
    `alive as materialized (select id from dispatcher where id = ${DISPATCHER} and not dead for key share)`,
  ];
  const done = doneBy(accepted ? acceptedAt : null, ends ? endsAt : null);
  if (messages) ctes.push(...writeMessages(FIRST_COLUMN, done, known));
  if (accepted) ctes.push(recordAccepted(acceptedAt));
  if (receipts) ctes.push(...lookUpReceipts(receiptsAt), ...writeFates);
  const verdicts = [ends && givenEnds(endsAt), receipts && HEARD_ENDS].filter((part) => part !== false);
  if (verdicts.length > 0) ctes.push(writeVerdicts(verdicts, known));
  if (accepted || ends)
    ctes.push(
      `cleared as (delete from queue where ${SOMETHING_QUEUED} and ${ALIVE} and message_id = any (${done}))`,
    );
  return `with ${ctes.join(",\n")}
select exists (select from alive) as alive,
  ${messages ? "(select count(*)::int from written)" : "0"} as written,
  ${messages ? "(select count(*)::int from queued)" : "0"} as queued,
  ${receipts ? "(select count(*)::int from matched)" : "0"} as matched,
  ${receipts ? "(select array_agg(distinct message_id::text) from fate)" : "null::text[]"} as fates,
  ${accepted ? isParked(acceptedAt + CARRIER_ID) : "false"} as parked
  ${messages ? ", (select pg_notify('work', '') from queued limit 1)" : ""}`;
};

/** Messages that leave the queue with these facts; with its last part, which goes last, a text is gone. */
const doneBy = (acceptedAt: number | null, endsAt: number | null): string => {
  const facts = [
    acceptedAt !== null &&
      `select message_id from ${unnested(ACCEPTED_COLUMNS, acceptedAt, "a")} where coalesce(part, 0) = coalesce(parts, 1) - 1`,
    endsAt !== null && `select message_id from ${unnested(END_COLUMNS, endsAt, "e")}`,
  ].filter((part) => part !== false);
  return facts.length > 0 ? `array(${facts.join(" union all ")})` : "'{}'::uuid[]";
};

const routed = "coalesce(i.routed, true)";
/** Only what is to be sent can be held. */
const hold = "coalesce(i.hold, true)";
const lane = `nullif(coalesce(i.lane, 0), ${NO_LANE})`;

/** Who talks to whom is taken from the route itself, as its version says that the decision was made on the same. */
const writeMessages = (first: number, done: string, known: KnownRows): readonly string[] => [
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
  left join route r on r.sender_index = i.sender_index and r.virtual_number = i.virtual_number
  where ${ALIVE} and r.version is not distinct from i.route_version
  order by i.key
  ${known === "skipped" ? "on conflict (key) do nothing" : ""}
  returning id, recipient_id, dispatcher, received_at, expires_at, lane)`,
  `queued as (
  insert into queue (message_id, thread, received_at, due_at, expires_at, partition, lane)
  select id, recipient_id, received_at, received_at, expires_at, get_byte(uuid_send(recipient_id), 15) % 64, lane
  from written where dispatcher is null and lane is not null
  returning 1)`,
];

const recordAccepted = (first: number): string => `recorded as (
  insert into accepted (message_id, at, part, parts, link, attempts, carrier_id)
  select message_id, at, coalesce(part, 0), coalesce(parts, 1), coalesce(link, 0), coalesce(attempts, 1), carrier_id
  from ${unnested(ACCEPTED_COLUMNS, first, "a")} where ${ALIVE})`;

const CARRIER_ID = ACCEPTED_COLUMNS.findIndex(({ name }) => name === "carrier_id");

/** Mostly nothing at all is parked. */
const isParked = (carrierIds: number): string =>
  `(exists (select from parked_receipt) and exists (select from parked_receipt where carrier_id = any ($${carrierIds}::text[])))`;

const givenEnds = (first: number): string =>
  `select 0 as rank, message_id, at, coalesce(state, 'delivered') as state, code, detail
  from ${unnested(END_COLUMNS, first, "e")} where ${ALIVE}`;

/** Carriers like to say a thing twice. */
const HEARD_ENDS = `select 1 as rank, message_id, at, state, code, detail from matched m
  where parts = 1 and not exists (select from verdict v where v.message_id = m.message_id)`;

const writeVerdicts = (candidates: readonly string[], known: KnownRows): string => `ended as (
  insert into verdict (message_id, at, state, code, detail)
  select message_id, at, state, code, detail from (${candidates.join(" union all ")}) e
  order by message_id, rank, at
  ${known === "skipped" ? "on conflict (message_id) do nothing" : ""})`;

/** `SEPARATOR` of the columns. */
const SEPARATOR_SQL = "E'\\n'";

/** The newest message of an id that the carrier may have given twice. The other readings are tried only if the first fails. */
const lookUpReceipts = (first: number): readonly string[] => [
  `looked_up as materialized (
  select r.receipt, r.carrier_id, r.other_ids, r.at, coalesce(r.state, 'delivered') as state, r.code, r.detail,
    coalesce(a.message_id, b.message_id) as message_id, coalesce(a.part, b.part) as part,
    coalesce(a.parts, b.parts) as parts
  from ${unnested(RECEIPT_COLUMNS, first, "r")}
  left join lateral (
    select message_id, part, parts from accepted o
    where ${hasCarrierId("o", "r.carrier_id")} order by at desc limit 1) a on true
  left join lateral (
    select o.message_id, o.part, o.parts
    from unnest(string_to_array(r.other_ids, ${SEPARATOR_SQL})) with ordinality as id (carrier_id, rank)
    join accepted o on ${hasCarrierId("o", "id.carrier_id")}
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
  delete from queue q using (select message_id from matched where parts = 1 order by message_id) e
  where q.message_id = e.message_id and ${SOMETHING_QUEUED})`,
];

const writeFates: readonly string[] = [
  "fate as materialized (select message_id, parts, part, at, state, code, detail from matched where parts > 1)",
  `kept as (
  insert into part_fate (message_id, parts, part, at, state, code, detail)
  select * from fate order by message_id, parts, part, at
  on conflict (message_id, parts, part) do nothing)`,
];
