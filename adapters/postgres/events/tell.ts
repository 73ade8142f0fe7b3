import type { Execute } from "#adapters/postgres/execute.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import type { NewEvent } from "#core/domain/event.ts";

const TELL = "insert into event_batch (told) values ($1)";

/** Tells of what the transaction of `execute` makes true. Its locks must have been taken before it first wrote: see decision 26. */
export const tell = async (execute: Execute, events: readonly NewEvent[]): Promise<void> => {
  if (events.length > 0) await execute(TELL, [JSON.stringify(events)]);
};

/** The last part is taken for the first time, and nothing has been told of the end: looked up by keys, whatever the plan. */
const isSentNow = (lowest: string): string => `${isLastPart()}
      and (select o.at from accepted o
        where o.message_id = r.message_id and o.message_id >= ${lowest} and ${isLastPart("o")} limit 1) is null
      and (select v.at from message_outcome v where v.message_id = r.message_id and v.message_id >= ${lowest}) is null`;

/** What a section of a statement that writes facts about messages returns. */
export interface ToldSections {
  /** With the columns `message_id`, `at`, `part` and `parts`; `lowest`: no id is lower. */
  readonly recorded?: { readonly from: string; readonly lowest: string };
  /** With `message_id` and `at`. */
  readonly ended?: string;
  /** With `id`. */
  readonly written?: string;
}

/**
 * A section that names the facts of the others in the log: one row, or none. Facts of messages that exist go first, and within each kind
 * in the order in which they happened.
 */
export const tellFacts = ({ recorded, ended, written }: ToldSections): string => {
  const lists: { readonly column: string; readonly ids: string }[] = [];
  const inOrder = "array_agg(message_id order by at, message_id)";
  if (recorded)
    lists.push({
      column: "sent",
      ids: `select ${inOrder} from ${recorded.from} r where ${isSentNow(recorded.lowest)}`,
    });
  if (ended) lists.push({ column: "ended", ids: `select ${inOrder} from ${ended}` });
  if (written) lists.push({ column: "received", ids: `select array_agg(id order by id) from ${written}` });
  const columns = lists.map(({ column }) => column).join(", ");
  return `told as (
  insert into event_batch (${columns})
  select ${columns} from (select ${lists.map(({ column, ids }) => `(${ids}) as ${column}`).join(",\n    ")}) lists
  where coalesce(${columns}) is not null)`;
};

/** What a statement names that writes all of its facts or nothing, as arrays in SQL; `written`: a section with the column `id`. */
export interface NamedFacts {
  readonly sent: string | null;
  readonly ended: string | null;
  readonly written: string | null;
}

/** The same for facts that are known beforehand: nothing has to be read back, and nothing is looked up. `alive`: one row, or none. */
export const tellNamedFacts = ({ sent, ended, written }: NamedFacts, alive: string): string => {
  const received = written && `(select array_agg(id) from ${written})`;
  const lists = Object.entries({ sent, ended, received }).filter(([, ids]) => ids !== null);
  const columns = lists.map(([column]) => column);
  return `told as (
  insert into event_batch (${columns.join(", ")})
  select ${columns.join(", ")} from ${alive} cross join (select ${lists.map(([column, ids]) => `nullif(${ids}, '{}') as ${column}`).join(", ")}) lists
  where coalesce(${columns.join(", ")}) is not null)`;
};
