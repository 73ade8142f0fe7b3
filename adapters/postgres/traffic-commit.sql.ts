import type { QueryConfig } from "pg";
import type { AcceptedColumns, EndColumns, MessageColumns, ReceiptColumns } from "./commit-columns.ts";
import { RELAYED } from "./disposition.ts";

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
  readonly messages: MessageColumns | null;
  /** Messages that this batch takes out of the queue, so that newer ones of their threads need not wait for them. */
  readonly done: string;
  readonly accepted: AcceptedColumns | null;
  readonly ends: EndColumns | null;
  readonly receipts: ReceiptColumns | null;
}

export interface CommitRow {
  readonly alive: boolean;
  readonly written: number;
  readonly queued: number;
  readonly matched: number;
  /** Messages of several parts of which something was heard. */
  readonly fates: string[] | null;
}

export const commitStatement = (parameters: CommitParameters): QueryConfig => {
  const values: unknown[] = [];
  const $ = (value: unknown): string => `$${values.push(value)}`;
  const dispatcher = $(parameters.dispatcher);
  const { messages, accepted, ends, receipts } = parameters;
  const ctes = [
    `alive as materialized (select id from dispatcher where id = ${dispatcher}::uuid and not dead for key share)`,
  ];
  if (messages) ctes.push(...writeMessages(messages, $, $(parameters.done)));
  if (accepted) ctes.push(...writeAccepted(accepted, $));
  if (receipts) ctes.push(...lookUpReceipts(receipts, $));
  const heard = [accepted && "found", receipts && "matched"].filter((name) => name !== null);
  const verdicts = [
    ends &&
      `select 0 as rank, e.message_id, e.at, coalesce(e.state, 'delivered') as state, e.code, e.detail
  from alive, ${endRows(ends, $)}`,
    ...heard.map(
      (name) => `select 1 as rank, message_id, at, state, code, detail from ${name} where parts = 1`,
    ),
  ].filter((part) => part !== null);
  if (verdicts.length > 0) ctes.push(...writeVerdicts(verdicts.join(" union all ")));
  if (heard.length > 0) ctes.push(...writeFates(heard));
  const text = `with ${ctes.join(",\n")}
select exists (select from alive) as alive,
  ${messages ? "(select count(*)::int from written)" : "0"} as written,
  ${messages ? "(select count(*)::int from queued)" : "0"} as queued,
  ${receipts ? "(select count(*)::int from matched)" : "0"} as matched,
  ${heard.length > 0 ? "(select array_agg(distinct message_id::text) from fate)" : "null"} as fates
  ${messages ? ", (select pg_notify('work', '') from queued limit 1)" : ""}`;
  const name = `commit${[messages && "m", accepted && "a", ends && "e", receipts && "r"].map((part) => part ?? "-").join("")}`;
  return { name, text, values };
};

/** `SEPARATOR` of the columns. */
const SEPARATOR_SQL = "E'\\n'";

type Parameter = (value: unknown) => string;

const routed = "coalesce(i.routed, true)";
/** Only what is to be sent can be held. */
const hold = "coalesce(i.hold, true)";
const lane = "nullif(coalesce(i.lane, 0), -1)";

/** Asked once per statement. The queue is mostly empty, and then need not be asked for each message. */
const NOTHING_QUEUED = "(select not exists (select from queue))";
const SOMETHING_QUEUED = "(select exists (select from queue))";

/** Who talks to whom is taken from the route itself, as its version says that the decision was made on the same. */
const writeMessages = (columns: MessageColumns, $: Parameter, done: string): readonly string[] => [
  `written as (
  insert into message (id, key, conversation_id, sender_id, recipient_id, dispatcher, received_at, expires_at,
    source, lane, disposition, segments, payload)
  select i.id, i.key, case when ${routed} then r.conversation_id end, case when ${routed} then r.sender_id end,
    case when ${routed} then r.recipient_id end,
    case when ${hold} and (${NOTHING_QUEUED} or not exists (
      select from queue q where q.thread = r.recipient_id and q.message_id <> all (${done}::uuid[]))) then alive.id end,
    i.received_at, i.expires_at, case when ${lane} is not null then r.source end, ${lane},
    coalesce(i.disposition, ${RELAYED}), coalesce(i.segments, 1),
    substring(${$(columns.payloads)}::bytea from i.payload_at for i.payload_length)
  from alive cross join unnest(${$(columns.key)}::uuid[], ${$(columns.id)}::uuid[], ${$(columns.senderIndex)}::uuid[],
    ${$(columns.virtualNumber)}::bigint[], ${$(columns.routeVersion)}::bigint[], ${$(columns.receivedAt)}::bigint[],
    ${$(columns.expiresAt)}::bigint[], ${$(columns.lane)}::smallint[], ${$(columns.disposition)}::smallint[],
    ${$(columns.segments)}::smallint[], ${$(columns.routed)}::boolean[], ${$(columns.hold)}::boolean[],
    ${$(columns.payloadAt)}::integer[], ${$(columns.payloadLength)}::integer[])
    as i (key, id, sender_index, virtual_number, route_version, received_at, expires_at, lane, disposition, segments,
      routed, hold, payload_at, payload_length)
  left join route r on r.sender_index = i.sender_index and r.virtual_number = i.virtual_number
  where r.version is not distinct from i.route_version
  order by i.key
  on conflict (key) do nothing
  returning id, recipient_id, dispatcher, received_at, expires_at, lane)`,
  `queued as (
  insert into queue (message_id, thread, received_at, due_at, expires_at, partition, lane)
  select id, recipient_id, received_at, received_at, expires_at, get_byte(uuid_send(recipient_id), 15) % 64, lane
  from written where dispatcher is null and lane is not null
  returning 1)`,
];

const writeAccepted = (columns: AcceptedColumns, $: Parameter): readonly string[] => [
  `taken as materialized (
  select a.message_id, a.at, coalesce(a.part, 0::smallint) as part, coalesce(a.parts, 1::smallint) as parts,
    coalesce(a.link, 0::smallint) as link, coalesce(a.attempts, 1) as attempts, a.carrier_id
  from alive, unnest(${$(columns.messageId)}::uuid[], ${$(columns.at)}::bigint[],
    ${$(columns.part)}::smallint[], ${$(columns.parts)}::smallint[], ${$(columns.link)}::smallint[],
    ${$(columns.attempts)}::integer[], ${$(columns.carrierId)}::text[])
    as a (message_id, at, part, parts, link, attempts, carrier_id))`,
  "recorded as (insert into accepted (message_id, at, part, parts, link, attempts, carrier_id) select * from taken)",
  // The last part goes last, so with it the text is gone.
  `sent as (
  delete from queue q using (select message_id from taken where part = parts - 1 order by message_id) t
  where q.message_id = t.message_id and ${SOMETHING_QUEUED})`,
  `found as materialized (
  select t.message_id, t.part, t.parts, p.receipt, p.at, p.state, p.code, p.detail
  from taken t join parked_receipt p on p.carrier_id = t.carrier_id
  where (select exists (select from parked_receipt)))`,
  "unparked as (delete from parked_receipt p using found f where p.receipt = f.receipt)",
];

const endRows = (columns: EndColumns, $: Parameter): string =>
  `unnest(${$(columns.messageId)}::uuid[], ${$(columns.at)}::bigint[], ${$(columns.state)}::text[],
    ${$(columns.code)}::text[], ${$(columns.detail)}::text[]) as e (message_id, at, state, code, detail)`;

/** The newest message of an id that the carrier may have given twice. The other readings are tried only if the first fails. */
const lookUpReceipts = (columns: ReceiptColumns, $: Parameter): readonly string[] => [
  `looked_up as materialized (
  select r.receipt, r.carrier_id, r.other_ids, r.at, coalesce(r.state, 'delivered') as state, r.code, r.detail,
    coalesce(a.message_id, b.message_id) as message_id, coalesce(a.part, b.part) as part,
    coalesce(a.parts, b.parts) as parts
  from alive cross join unnest(${$(columns.receipt)}::uuid[], ${$(columns.carrierId)}::text[],
    ${$(columns.otherIds)}::text[], ${$(columns.at)}::bigint[], ${$(columns.state)}::text[],
    ${$(columns.code)}::text[], ${$(columns.detail)}::text[])
    as r (receipt, carrier_id, other_ids, at, state, code, detail)
  left join lateral (
    select message_id, part, parts from accepted where carrier_id = r.carrier_id order by at desc limit 1) a on true
  left join lateral (
    select o.message_id, o.part, o.parts
    from unnest(string_to_array(r.other_ids, ${SEPARATOR_SQL})) with ordinality as id (carrier_id, rank)
    join accepted o on o.carrier_id = id.carrier_id
    where a.message_id is null order by id.rank, o.at desc limit 1) b on true)`,
  "matched as materialized (select * from looked_up where message_id is not null)",
  `parked as (
  insert into parked_receipt (receipt, rank, carrier_id, at, state, code, detail)
  select l.receipt, id.rank, id.carrier_id, l.at, l.state, l.code, l.detail
  from looked_up l, unnest(l.carrier_id || string_to_array(l.other_ids, ${SEPARATOR_SQL}))
    with ordinality as id (carrier_id, rank)
  where l.message_id is null)`,
];

const writeVerdicts = (candidates: string): readonly string[] => [
  `ends as materialized (${candidates})`,
  `ended as (
  insert into verdict (message_id, at, state, code, detail)
  select message_id, at, state, code, detail from ends order by message_id, rank, at
  on conflict (message_id) do nothing)`,
  `cleared as (
  delete from queue q using (select message_id from ends order by message_id) e
  where q.message_id = e.message_id and ${SOMETHING_QUEUED})`,
];

const writeFates = (heard: readonly string[]): readonly string[] => [
  `fate as materialized (${heard
    .map((name) => `select message_id, parts, part, at, state, code, detail from ${name} where parts > 1`)
    .join(" union all ")})`,
  `kept as (
  insert into part_fate (message_id, parts, part, at, state, code, detail)
  select * from fate order by message_id, parts, part, at
  on conflict (message_id, parts, part) do nothing)`,
];
