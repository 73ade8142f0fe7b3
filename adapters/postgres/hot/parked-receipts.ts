import { tellFacts } from "#adapters/postgres/events/tell.ts";
import type { Execute } from "#adapters/postgres/execute.ts";
import { textArray } from "#adapters/postgres/sql/array-literal.ts";
import { OPTED_OUT } from "#core/domain/receipt.ts";

/**
 * Whether a row of `accepted` has this carrier's id, of which `hash` is {@link carrierIdHash}. Its index is of a hash: a third as large
 * as one of the ids, which are long and random.
 */
export const hasCarrierId = (row: string, carrierId: string, hash: string): string =>
  `hashtextextended(${row}.carrier_id, 0) = ${hash} and ${row}.carrier_id = ${carrierId}`;

/**
 * A lateral subselect of the one column `hash`: computed once, and beforehand. Where the hash is part of the condition, the index of it
 * seems dearer than the one of the messages' ids, as long as a table is empty.
 */
export const carrierIdHash = (carrierId: string): string =>
  `lateral (select hashtextextended(${carrierId}, 0) as hash offset 0)`;

export interface Matched {
  readonly matched: number;
  /** Messages of several parts of which something was heard. */
  readonly multipartIds: readonly string[];
  /** Messages whose recipients the carrier says to have opted out. */
  readonly optedOutIds: readonly string[];
}

/**
 * Applies receipts that came before the carrier ids of their messages were recorded. `since`: none is meant for a message
 * with a lower id.
 */
export const matchParked = async (execute: Execute, limit: number, since: string): Promise<Matched> =>
  matchedBy(await execute<MatchRow>(MATCH_SOME, [since, limit]));

/** The same for receipts of these ids alone. */
export const matchParkedOf = async (
  execute: Execute,
  carrierIds: readonly (string | null)[],
  since: string,
): Promise<Matched> => matchedBy(await execute<MatchRow>(MATCH_THESE, [since, textArray(carrierIds)]));

interface MatchRow {
  readonly matched: number;
  readonly multipart_ids: readonly string[] | null;
  readonly opted_out_ids: readonly string[] | null;
}

const matchedBy = ([row]: readonly MatchRow[]): Matched => ({
  matched: row!.matched,
  multipartIds: row!.multipart_ids ?? [],
  optedOutIds: row!.opted_out_ids ?? [],
});

/** Whether the message went between the numbers that the receipt names. */
const BETWEEN = `select from message m join participant r on r.id = m.recipient_id
      where m.id = a.message_id and m.id >= $1::uuid and m.source = p.virtual_number and r.number_index = p.number_index`;

const match = (which: string, limit: string): string => `with found as materialized (
  select distinct on (p.receipt) p.receipt, a.message_id, a.part, a.parts, p.at, p.state, p.code, p.detail
  from parked_receipt p cross join ${carrierIdHash("p.carrier_id")} h cross join lateral (
    select * from accepted a where ${hasCarrierId("a", "p.carrier_id", "h.hash")} and a.message_id >= $1::uuid
      and (p.number_index is null or exists (${BETWEEN})) offset 0) a ${which}
  order by p.receipt, p.rank, a.at desc ${limit}),
unparked as (delete from parked_receipt p using found f where p.receipt = f.receipt),
kept as (
  insert into part_receipt (message_id, parts, part, at, state, code, detail)
  select message_id, parts, part, at, state, code, detail from found where parts > 1 order by message_id, parts, part, at
  on conflict do nothing),
ended as (
  insert into message_outcome (message_id, at, state, code, detail)
  select message_id, at, state, code, detail from found where parts = 1 order by message_id, at
  on conflict do nothing returning message_id, at),
${tellFacts({ ended: "ended" })},
cleared as (delete from queue q using found f where q.message_id = f.message_id and f.parts = 1)
select count(*)::int as matched, array_agg(distinct message_id::text) filter (where parts > 1) as multipart_ids,
  array_agg(message_id::text) filter (where code = '${OPTED_OUT.code}') as opted_out_ids from found`;

export const MATCH_SOME = match("", "limit $2");
const MATCH_THESE = match("where p.carrier_id = any ($2::text[])", "");
