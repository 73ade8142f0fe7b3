import type { Connection } from "#adapters/postgres/connection.ts";
import { tellFacts } from "#adapters/postgres/events/tell.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { encoded, unnested } from "#adapters/postgres/sql/columns.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import { lowestOf } from "#adapters/postgres/table-partitions/periods.ts";
import { combineReceipts, type PartReceipt } from "#core/domain/receipt.ts";
import { OUTCOME_COLUMNS } from "./commit-columns.ts";

interface PartReceiptRow {
  readonly message_id: string;
  readonly parts: number;
  readonly part: number | null;
  readonly state: PartReceipt["state"] | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly at: number | null;
}

interface OpenPartReceipts {
  readonly messageId: string;
  readonly parts: readonly (PartReceipt | null)[];
}

/** Of these messages, those of several parts without an outcome, with what is known of each part. */
export const openPartReceiptsOf = async (
  execute: Execute,
  messageIds: readonly string[],
): Promise<readonly OpenPartReceipts[]> => {
  const rows = await execute<PartReceiptRow>(OPEN_PART_RECEIPTS, [
    plainArray(messageIds),
    lowestOf(messageIds),
  ]);
  return [...Map.groupBy(rows, ({ message_id }) => message_id)].map(([messageId, known]) => ({
    messageId,
    parts: Array.from({ length: known[0]!.parts }, (_, part) =>
      partReceiptOf(known.find((row) => row.part === part)),
    ),
  }));
};

/** A text that was sent more than once counts as it was sent last. */
export const OPEN_PART_RECEIPTS = `select m.message_id, m.parts, f.part, f.state, f.code, f.detail, f.at
from (
  select distinct on (a.message_id) a.message_id, a.parts
  from unnest($1::uuid[]) as i (id) join accepted a on a.message_id = i.id and ${isLastPart("a")}
  where a.message_id >= $2
  order by a.message_id, a.at desc) m
left join part_receipt f on f.message_id = m.message_id and f.parts = m.parts and f.message_id >= $2
where m.parts > 1 and not exists (select from message_outcome v where v.message_id = m.message_id and v.message_id >= $2)`;

const partReceiptOf = (row: PartReceiptRow | undefined): PartReceipt | null => {
  if (!row || row.state === null || row.at === null) return null;
  const failure = row.code === null ? null : { code: row.code, detail: row.detail ?? "" };
  return { state: row.state, failure, at: row.at };
};

/**
 * Gives outcomes to messages of which enough parts are known. After the commit, so that it sees what others have committed; what
 * it misses is found by the sweep.
 */
export const combinePartReceipts = async (
  connection: Connection,
  messageIds: readonly string[],
): Promise<void> => {
  const execute = executeOn(connection);
  const open = await openPartReceiptsOf(execute, messageIds);
  const outcomes = open
    .map(({ messageId, parts }) => combineReceipts(messageId, parts))
    .filter((outcome) => outcome !== null);
  if (outcomes.length === 0) return;
  await execute(END, encoded(OUTCOME_COLUMNS, outcomes));
};

const END = `with ended as (
  insert into message_outcome (message_id, at, state, code, detail)
  select message_id, at, coalesce(state, 'delivered'), code, detail
  from ${unnested(OUTCOME_COLUMNS, 1, "e")}
  order by message_id
  on conflict (message_id) do nothing returning message_id, at),
${tellFacts({ ended: "ended" })}
delete from queue where message_id = any ($1::uuid[])`;
