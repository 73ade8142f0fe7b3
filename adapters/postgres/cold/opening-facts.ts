import { withConnection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { batched } from "#adapters/postgres/hot/batched.ts";
import { uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import { holding } from "#adapters/postgres/sql/holding.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { PairUse } from "#core/domain/number-pool.ts";
import type { OpeningFacts, ParticipantFacts } from "#core/domain/opening.ts";
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
  r.virtual_number, r.recipient_index = i.other_index as is_same, r.opened_at, r.closed_at, r.quarantined_until
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as i (number_index, other_index, service_id, ordinal)
left join lateral (select * from route where sender_index = i.number_index offset 0) r on true`;

type Numbers = readonly [Msisdn, Msisdn];

interface Asked {
  readonly serviceId: string;
  readonly both: Numbers;
}

type Facts = Omit<OpeningFacts, "numbers">;

export const openingFacts = (
  context: ConversationsContext,
): ((serviceId: string, both: Numbers, fresh?: boolean) => Promise<OpeningFacts>) => {
  const ask = batched(BATCH_MAX, (all: readonly Asked[]) => factsOf(context, all));
  return async (serviceId, both, fresh = false) => {
    const [numbers, facts] = await Promise.all([
      context.pool.available(serviceId, fresh),
      ask({ serviceId, both }),
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
  const byOrdinal = Map.groupBy(rows, ({ ordinal }) => ordinal);
  return all.map((_, index) => {
    const [a, b] = [byOrdinal.get(2 * index + 1)!, byOrdinal.get(2 * index + 2)!];
    return { people: [participantOf(a), participantOf(b)], blocked: a[0]!.blocked };
  });
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
