import { withConnection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { cursorOf, positionOf } from "#adapters/postgres/sql/page.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Conversations, FoundMessage, MessageSearch, Page, Slice } from "#core/ports/conversations.ts";
import { CLOCK_DIFFERENCE_MAX_MS, conversationsOf } from "./conversation-rows.ts";
import type { ConversationsContext } from "./conversations-context.ts";
import { type RecordRow, recordsAmong, toRecord } from "./message-records.ts";

/** Rows that are read for one page, of which a wanted state may be rare. */
const SCANNED_MAX = 2_000;
const HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

interface FoundRow extends RecordRow {
  readonly texted: number | null;
}

const IN_SERVICE =
  "($2::uuid is null or $2 = (select service_id from conversation c where c.id = p.conversation_id))";
const PARTICIPATIONS = `select id, conversation_id from participant p
where number_index = $1 and left_at is null and ${IN_SERVICE}
union all select id, conversation_id from participant p
where number_index = $1 and left_at is not null and ${IN_SERVICE}`;

/** Of a stranger to the service, or in conversations of the participant with this number. */
export const SEARCH = `select found.*, m.texted from (${recordsAmong((id) => `${id} >= $4::uuid`)}
  and ((m.stranger_index = $1 and ($10::uuid is null or m.service_id = $10)) or (m.conversation_id = any ($2::uuid[])
    and (m.sender_id = any ($3::uuid[]) or m.recipient_id = any ($3::uuid[]))))
  and m.received_at between $5::bigint and $6::bigint and (m.received_at, m.id) < ($7::bigint, $8::uuid)
  order by m.received_at desc, m.id desc limit $9) found
join message m on m.id = found.id order by found.received_at desc, found.id desc`;

const OPEN_ON = `select distinct conversation_id from route where virtual_number = $1 and closed_at is null limit $2`;

export const messageSearch = ({
  connections,
  index,
  sealed,
}: ConversationsContext): Pick<Conversations, "searchMessages" | "openOn"> => ({
  searchMessages: async (query, page) => {
    const numberIndex = (await index()).ofNumber(query.number);
    return withConnection(connections, async (connection) => {
      const execute = executeOn(connection);
      const rows = await execute<{ id: string; conversation_id: string }>(PARTICIPATIONS, [
        numberIndex,
        query.serviceId,
      ]);
      const who = [
        numberIndex,
        plainArray([...new Set(rows.map(({ conversation_id }) => conversation_id))]),
        plainArray(rows.map(({ id }) => id)),
      ];
      const read = (after: string | null, limit: number) => readRows(execute, who, query, { after, limit });
      return pageOf(query, page, read, (row) => ({
        ...toRecord(row, sealed),
        texted: row.texted === null ? null : (String(row.texted) as Msisdn),
      }));
    });
  },
  openOn: (number, limit) =>
    withConnection(connections, async (connection) => {
      const execute = executeOn(connection);
      const rows = await execute<{ conversation_id: string }>(OPEN_ON, [number, limit]);
      return conversationsOf(
        execute,
        sealed,
        rows.map(({ conversation_id }) => conversation_id),
      );
    }),
});

const readRows = (
  execute: Execute,
  who: readonly unknown[],
  { serviceId, from, until }: MessageSearch,
  page: Page,
): Promise<readonly FoundRow[]> => {
  const { at, id } = positionOf(page) ?? { at: until + 1, id: HIGHEST_ID };
  const leastOfAll = leastId(Math.max(0, from - CLOCK_DIFFERENCE_MAX_MS));
  return execute<FoundRow>(SEARCH, [...who, leastOfAll, from, until, at, id, page.limit, serviceId]);
};

/** Reads on until the page is full, the search is over, or enough has been read for one request. */
const pageOf = async (
  { state }: MessageSearch,
  page: Page,
  read: (after: string | null, limit: number) => Promise<readonly FoundRow[]>,
  itemOf: (row: FoundRow) => FoundMessage,
): Promise<Slice<FoundMessage>> => {
  const items: FoundMessage[] = [];
  let { after } = page;
  const batch = page.limit + 1;
  for (let scanned = 0; scanned < SCANNED_MAX; scanned += batch) {
    const rows = await read(after, batch);
    for (const row of rows) {
      if (items.length === page.limit) return { items, next: after };
      const item = itemOf(row);
      after = cursorOf({ at: row.received_at, id: row.id });
      if (state === null || item.state === state) items.push(item);
    }
    if (rows.length < batch) return { items, next: null };
  }
  return { items, next: after };
};
