import { withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { batched } from "#adapters/postgres/hot/batched.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import { holding } from "#adapters/postgres/sql/holding.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { PairUse } from "#core/domain/number-pool.ts";
import type { OpeningFacts, ParticipantFacts } from "#core/domain/opening.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import { CLOCK_DIFFERENCE_MAX_MS } from "./conversation-rows.ts";
import type { ConversationsContext } from "./conversations-context.ts";

/** Openings whose facts are read by one statement. */
const BATCH_MAX = 64;

/** One row for each pair that somebody ever had, or a row without one. */
interface FactsRow {
  readonly ordinal: number;
  readonly opted_out: boolean;
  readonly virtual: boolean;
  readonly blocked: boolean;
  readonly virtual_number: number | null;
  readonly is_same: boolean;
  readonly conversation_id: string;
  readonly sender_id: string;
  readonly recipient_id: string;
  readonly opened_at: number;
  readonly closed_at: number | null;
  readonly quarantined_until: number | null;
}

/**
 * `ordinal`: 1 and 2 are the first two participants, 3 and 4 the next. Single values and `offset 0` keep them lookups by key: as joins,
 * a plan that was made while a table was empty would read the whole of it until PostgreSQL has noticed that it is not.
 */
export const FACTS = `select i.ordinal,
  ${holding("holds", "i.service_id", "i.number_index")} is true as opted_out,
  coalesce((select true from number n where n.number_index = i.number_index), false) as virtual,
  coalesce((select true from pair_block b
    where b.low_index = least(i.number_index, i.other_index) and b.high_index = greatest(i.number_index, i.other_index)
      and b.service_id = i.service_id limit 1), false) as blocked,
  r.virtual_number, r.recipient_index = i.other_index as is_same, r.opened_at, r.closed_at, r.quarantined_until,
  r.conversation_id, r.sender_id, r.recipient_id
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as i (number_index, other_index, service_id, ordinal)
left join lateral (select * from route where sender_index = i.number_index offset 0) r on true`;

/** Of each, whether both have texted since. Asked for those alone who met long ago: it looks into every week since. */
const HEARD = `select i.ordinal from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[])
  with ordinality as i (conversation_id, sender_id, recipient_id, since, least_id, ordinal)
where ${["i.sender_id", "i.recipient_id"]
  .map(
    (
      person,
    ) => `exists (select from message m where m.conversation_id = i.conversation_id and m.sender_id = ${person}
    and m.received_at > i.since and m.id >= i.least_id)`,
  )
  .join(" and ")}`;

type Numbers = readonly [Msisdn, Msisdn];

interface Asked {
  readonly serviceId: string;
  readonly both: Numbers;
  readonly aliveSince: number | null;
}

type Facts = Omit<OpeningFacts, "numbers">;

export const openingFacts = (context: ConversationsContext): Conversations["openingFacts"] => {
  const ask = batched(BATCH_MAX, (all: readonly Asked[]) => factsOf(context, all));
  return async (serviceId, both, fresh = false, aliveSince) => {
    const [numbers, facts] = await Promise.all([
      context.pool.available(serviceId, fresh),
      ask({ serviceId, both, aliveSince: aliveSince ?? null }),
    ]);
    return { numbers, ...facts };
  };
};

const factsOf = async (
  { connections, index }: ConversationsContext,
  all: readonly Asked[],
): Promise<readonly Facts[]> => {
  const blind = await index();
  const indexes = all.map(({ both: [a, b] }) => [blind.ofNumber(a), blind.ofNumber(b)] as const);
  const rows = await withConnection(connections, (connection) =>
    executeOn(connection)<FactsRow>(FACTS, [
      uuidArray(indexes.flat()),
      uuidArray(indexes.flatMap(([a, b]) => [b, a])),
      uuidArray(all.flatMap(({ serviceId }) => [serviceId, serviceId])),
    ]),
  );
  const forgotten = await forgottenAmong(connections, rows, all);
  const byOrdinal = Map.groupBy(
    rows.map((row) => (forgotten.has(row) ? { ...row, is_same: false } : row)),
    ({ ordinal }) => ordinal,
  );
  return all.map((_, index) => {
    const [a, b] = [byOrdinal.get(2 * index + 1)!, byOrdinal.get(2 * index + 2)!];
    return { people: [participantOf(a), participantOf(b)], blocked: a[0]!.blocked };
  });
};

/** The pairs of two who met long ago and have not both been heard of since. */
const forgottenAmong = async (
  connections: ConversationsContext["connections"],
  rows: readonly FactsRow[],
  all: readonly Asked[],
): Promise<ReadonlySet<FactsRow>> => {
  const old = rows.flatMap((row) => {
    const since = all[Math.floor((row.ordinal - 1) / 2)]!.aliveSince;
    const isOld = since !== null && row.is_same && row.closed_at !== null && row.opened_at <= since;
    return isOld ? [{ row, since }] : [];
  });
  if (old.length === 0) return new Set();
  const heard = await withConnection(connections, (connection) =>
    executeOn(connection)<{ ordinal: number }>(HEARD, [
      plainArray(old.map(({ row }) => row.conversation_id)),
      plainArray(old.map(({ row }) => row.sender_id)),
      plainArray(old.map(({ row }) => row.recipient_id)),
      plainArray(old.map(({ since }) => since)),
      plainArray(old.map(({ since }) => leastId(since - CLOCK_DIFFERENCE_MAX_MS))),
    ]),
  );
  const known = new Set(heard.map(({ ordinal }) => Number(ordinal)));
  return new Set(old.flatMap(({ row }, index) => (known.has(index + 1) ? [] : [row])));
};

const participantOf = (rows: readonly FactsRow[]): ParticipantFacts => ({
  pairs: rows.flatMap((row) => (row.virtual_number === null ? [] : [toPairUse(row, row.virtual_number)])),
  optedOut: rows[0]!.opted_out,
  virtual: rows[0]!.virtual,
});

const toPairUse = (row: FactsRow, virtualNumber: number): PairUse => ({
  virtualNumber: String(virtualNumber) as Msisdn,
  counterpart: row.is_same ? "same" : "other",
  openedAt: row.opened_at,
  closedAt: row.closed_at,
  quarantinedUntil: row.quarantined_until,
});
