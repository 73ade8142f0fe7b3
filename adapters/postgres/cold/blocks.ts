import type { Execute } from "#adapters/postgres/database.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";

/**
 * Opt-outs and blocks of a person wait for each other and for conversations that are being opened with that person, so that no
 * route is made that has not heard of them. `people`: blind indexes.
 */
export const lockPeople = async (
  execute: Execute,
  people: readonly string[],
  mode: "alone" | "shared",
): Promise<void> => {
  const lock = mode === "alone" ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared";
  await execute(`select ${lock}(person) from unnest($1::bigint[]) as person`, [plainArray(locksOf(people))]);
};

/** The same without a round trip of its own, for the start of a transaction. */
export const sharedLocksOf = (people: readonly string[]): string =>
  `select count(pg_advisory_xact_lock_shared(person)) from unnest('${plainArray(locksOf(people))}'::bigint[]) as person`;

/** In one order, so that two who need the same locks do not deadlock. */
const locksOf = (people: readonly string[]): readonly string[] =>
  [...new Set(people)].sort().map((index) => String(BigInt.asIntN(64, BigInt(`0x${index.slice(0, 16)}`))));

/**
 * What bars a route `r`. The block goes first: it stays when the opt-out is taken back. Single values are looked up by their key,
 * whereas `exists` may be planned as one pass over a table that was empty then.
 */
export const BARRED = `case
    when (select true from pair_block b where b.low_index = least(r.sender_index, r.recipient_index)
      and b.high_index = greatest(r.sender_index, r.recipient_index)) then 'pair-block'
    when (select true from opt_out o where o.number_index = r.recipient_index) then 'opt-out' end`;

const RENEW = `with affected as (
  select distinct conversation_id from route where sender_index = any ($1::uuid[]) and closed_at is null),
wanted as (
  select r.sender_index, r.virtual_number, ${BARRED} as blocked_by
  from route r join affected using (conversation_id)
  where r.closed_at is null
  order by r.sender_index, r.virtual_number
  for update of r)
update route r set blocked_by = w.blocked_by, version = nextval('route_version')
from wanted w
where r.sender_index = w.sender_index and r.virtual_number = w.virtual_number and r.blocked_by is distinct from w.blocked_by`;

export type BarChange =
  | { readonly kind: "opt-out"; readonly person: string; readonly at: number }
  | { readonly kind: "opt-in"; readonly person: string }
  | { readonly kind: "block"; readonly people: readonly [string, string]; readonly at: number };

/** Carries out what people wish about texts, in order, and brings the bars of their live routes in line. */
export const changeBars = async (execute: Execute, changes: readonly BarChange[]): Promise<void> => {
  if (changes.length === 0) return;
  const people = changes.flatMap((change) => (change.kind === "block" ? change.people : [change.person]));
  await lockPeople(execute, people, "alone");
  for (const change of changes) await carryOut(execute, change);
  await execute(RENEW, [plainArray([...new Set(people)])]);
  if (changes.some(({ kind }) => kind !== "opt-in")) await execute("select pg_notify('blocks', '')");
};

const carryOut = async (execute: Execute, change: BarChange): Promise<void> => {
  switch (change.kind) {
    case "opt-out":
      await execute("insert into opt_out (number_index, since) values ($1, $2) on conflict do nothing", [
        change.person,
        change.at,
      ]);
      return;
    case "opt-in":
      await execute("delete from opt_out where number_index = $1", [change.person]);
      return;
    case "block": {
      const [low, high] = [...change.people].sort();
      await execute(
        "insert into pair_block (low_index, high_index, since) values ($1, $2, $3) on conflict do nothing",
        [low, high, change.at],
      );
    }
  }
};
