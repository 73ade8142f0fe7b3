import type { Execute } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { bigintArray, uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import { endOf } from "#core/domain/conversation.ts";
import type { Opening } from "#core/domain/opening.ts";
import type { OpeningOutcome } from "#core/ports/conversations.ts";
import { defineStatement, definitionOf } from "./route-writes.ts";

/** Nulls where all is well. */
export interface OpenRow {
  /** Conversations that are new, unless all are. */
  readonly opened: readonly string[] | null;
  /** The conversation of each route that could be defined, unless all could. */
  readonly defined: readonly string[] | null;
  /** Blind indexes of those of the participants' numbers that are virtual numbers. */
  readonly own_numbers: readonly string[] | null;
}

const ALL_NEW = "(select count(*) from opened) = array_length($13::uuid[], 1)";

/**
 * Conversations that share no id, no reference and no pair, with their participants and routes; only the conversations where one of them
 * is not new. In the order of their references, and routes in that of their keys, as two batches must not wait for each other.
 */
export const OPEN = `with opened as (
  insert into conversation (id, reference_index, geo_match, sticky, opened_at, expires_at, idle_ttl_ms, check_at, details, service_id)
  select * from unnest($13::uuid[], $14::uuid[], $15::text[], $16::boolean[], $17::bigint[], $18::bigint[], $19::bigint[],
    $20::bigint[], $21::bytea[], $22::uuid[]) as i (id, reference_index)
  order by reference_index, id on conflict do nothing returning id),
participants as (
  insert into participant (id, conversation_id, side, number_index, virtual_number, details)
  select i.id, i.conversation_id, (i.ordinal - 1) % 2, i.number_index, i.virtual_number, i.details
  from unnest($23::uuid[], $24::uuid[], $25::uuid[], $26::bigint[], $27::bytea[])
    with ordinality as i (id, conversation_id, number_index, virtual_number, details, ordinal)
  where ${ALL_NEW}),
defined as (${defineStatement(ALL_NEW)})
select case when not ${ALL_NEW} then array(select id from opened) end as opened,
  case when (select count(*) from defined) < array_length($1::uuid[], 1) then array(select conversation_id from defined) end
    as defined,
  (select array_agg(number_index) from number where number_index = any ($25::uuid[])) as own_numbers`;

export const openingParameters = (
  { index, sealed }: { readonly index: BlindIndex; readonly sealed: SealedValues },
  openings: readonly Opening[],
): readonly unknown[] => {
  const conversations = openings.map(({ conversation }) => conversation);
  const participants = conversations.flatMap(({ id, participants: both }) =>
    both.map((participant) => ({ ...participant, conversationId: id })),
  );
  const routes = openings.flatMap(({ conversation: { serviceId, openedAt, expiresAt }, routes: both }) =>
    both.map((route) => ({ ...route, serviceId, openedAt, expiresAt })),
  );
  return [
    ...definitionOf({ index, sealed }, routes, null),
    uuidArray(conversations.map(({ id }) => id)),
    plainArray(
      conversations.map(({ reference }) => (reference === null ? null : index.of("reference", reference))),
    ),
    plainArray(conversations.map(({ geoMatch }) => geoMatch)),
    plainArray(conversations.map(({ sticky }) => sticky)),
    bigintArray(conversations.map(({ openedAt }) => openedAt)),
    bigintArray(conversations.map(({ expiresAt }) => expiresAt)),
    bigintArray(conversations.map(({ idleTtlMs }) => idleTtlMs)),
    bigintArray(conversations.map((each) => endOf(each)?.at ?? null)),
    byteaArray(
      conversations.map(({ id, reference, metadata }) =>
        sealed.sealConversation(id, { reference, metadata }),
      ),
    ),
    uuidArray(conversations.map(({ serviceId }) => serviceId)),
    uuidArray(participants.map(({ id }) => id)),
    uuidArray(participants.map(({ conversationId }) => conversationId)),
    uuidArray(participants.map(({ number }) => index.ofNumber(number))),
    bigintArray(participants.map(({ virtualNumber }) => virtualNumber)),
    byteaArray(participants.map((each) => sealed.sealParticipant(each.id, each))),
  ];
};

/** Those that could not be opened, and why. */
export const failuresOf = async (
  execute: Execute,
  index: BlindIndex,
  { opened, defined, own_numbers }: OpenRow,
  openings: readonly Opening[],
): Promise<ReadonlyMap<Opening, OpeningOutcome>> => {
  if (opened !== null) {
    const isNew = new Set(opened);
    const others = openings.filter(({ conversation }) => !isNew.has(conversation.id));
    const known = await execute<{ id: string }>("select id from conversation where id = any ($1::uuid[])", [
      uuidArray(others.map(({ conversation }) => conversation.id)),
    ]);
    const ids = new Set(known.map(({ id }) => id));
    return new Map(
      others.map((each) => [each, { kind: ids.has(each.conversation.id) ? "exists" : "reference-in-use" }]),
    );
  }
  if (defined === null && own_numbers === null) return new Map();
  const definedOf = Map.groupBy(defined ?? [], (id) => id);
  const own = new Set(own_numbers?.map(hexOf));
  const failed = openings.filter(
    ({ conversation: { id, participants }, routes }) =>
      (defined !== null && definedOf.get(id)?.length !== routes.length) ||
      participants.some(({ number }) => own.has(index.ofNumber(number))),
  );
  return new Map(failed.map((each) => [each, { kind: "conflict" }]));
};
