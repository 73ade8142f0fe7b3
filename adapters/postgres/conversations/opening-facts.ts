import type { Msisdn } from "#core/domain/msisdn.ts";
import type { PairUse } from "#core/domain/number-pool.ts";
import type { OpeningFacts, PersonFacts } from "#core/domain/opening.ts";
import { executeIn } from "../database.ts";
import type { ConversationsContext } from "./conversations.ts";

interface PairRow {
  readonly place: 0 | 1;
  readonly virtual_number: number;
  readonly is_same: boolean;
  readonly opened_at: number;
  readonly closed_at: number | null;
  readonly quarantined_until: number | null;
}

const PAIRS = `select i.place, r.virtual_number, r.recipient_index = i.other as is_same, r.opened_at, r.closed_at, r.quarantined_until
from (values (0, $1::uuid, $2::uuid), (1, $2::uuid, $1::uuid)) as i (place, person, other)
join route r on r.sender_index = i.person`;

interface PeopleRow {
  readonly opted_out: readonly [boolean, boolean];
  readonly virtual: readonly [boolean, boolean];
  readonly blocked: boolean;
}

const PEOPLE = `select
  array[exists (select from opt_out where number_index = $1), exists (select from opt_out where number_index = $2)] as opted_out,
  array[exists (select from number where number = $3), exists (select from number where number = $4)] as virtual,
  exists (select from pair_block where low_index = least($1::uuid, $2::uuid) and high_index = greatest($1::uuid, $2::uuid)) as blocked`;

export const openingFacts =
  ({ db, index, pool }: ConversationsContext) =>
  async (people: readonly [Msisdn, Msisdn], fresh = false): Promise<OpeningFacts> => {
    const blind = await index();
    const execute = executeIn(db);
    const [a, b] = [blind.ofNumber(people[0]), blind.ofNumber(people[1])];
    const [numbers, pairs, [facts]] = await Promise.all([
      pool.available(fresh),
      execute<PairRow>(PAIRS, [a, b]),
      execute<PeopleRow>(PEOPLE, [a, b, ...people]),
    ]);
    const person = (place: 0 | 1): PersonFacts => ({
      pairs: pairs.filter((row) => row.place === place).map(toPairUse),
      optedOut: facts!.opted_out[place],
      virtual: facts!.virtual[place],
    });
    return { numbers, people: [person(0), person(1)], blocked: facts!.blocked };
  };

const toPairUse = (row: PairRow): PairUse => ({
  virtualNumber: String(row.virtual_number) as Msisdn,
  counterpart: row.is_same ? "same" : "other",
  openedAt: row.opened_at,
  closedAt: row.closed_at,
  quarantinedUntil: row.quarantined_until,
});
