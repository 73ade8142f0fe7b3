import type { Execute } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";

/**
 * Opt-outs and blocks of a number wait for each other and for conversations that are being opened with it, so that no route misses
 * one of them. `indexes`: blind indexes of numbers.
 */
export const lockParticipants = async (
  execute: Execute,
  indexes: readonly string[],
  mode: "exclusive" | "shared",
): Promise<void> => {
  const lock = mode === "exclusive" ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared";
  await execute(`select ${lock}(lock) from unnest($1::bigint[]) as lock`, [plainArray(locksOf(indexes))]);
};

/** The same without a round trip of its own, for the start of a transaction. */
export const sharedLocksOf = (indexes: readonly string[]): string =>
  `select count(pg_advisory_xact_lock_shared(lock)) from unnest('${plainArray(locksOf(indexes))}'::bigint[]) as lock`;

/** In one order, so that two transactions that need the same locks do not deadlock. */
const locksOf = (indexes: readonly string[]): readonly string[] =>
  [...new Set(indexes)].sort().map((index) => String(BigInt.asIntN(64, BigInt(`0x${index.slice(0, 16)}`))));

/**
 * What blocks a route `r`. The pair block goes first: it stays when the opt-out is taken back. Single values are looked up by their key,
 * whereas `exists` may be planned as one pass over a table that was empty then.
 */
export const BLOCKED_BY = `case
    when (select true from pair_block b where b.low_index = least(r.sender_index, r.recipient_index)
      and b.high_index = greatest(r.sender_index, r.recipient_index)) then 'pair-block'
    when (select true from opt_out o where o.number_index = r.recipient_index) then 'opt-out' end`;

const RENEW = `with affected as (
  select distinct conversation_id from route where sender_index = any ($1::uuid[]) and closed_at is null),
wanted as (
  select r.sender_index, r.virtual_number, ${BLOCKED_BY} as blocked_by
  from route r join affected using (conversation_id)
  where r.closed_at is null
  order by r.sender_index, r.virtual_number
  for update of r)
update route r set blocked_by = w.blocked_by, version = nextval('route_version')
from wanted w
where r.sender_index = w.sender_index and r.virtual_number = w.virtual_number and r.blocked_by is distinct from w.blocked_by`;

export type BlockChange =
  | { readonly kind: "opt-out"; readonly number: string; readonly at: number }
  | { readonly kind: "opt-in"; readonly number: string }
  | { readonly kind: "block"; readonly numbers: readonly [string, string]; readonly at: number };

/** Carries out opt-outs, opt-ins and blocks in order, and updates `blocked_by` of the live routes. Numbers are blind indexes. */
export const changeBlocks = async (execute: Execute, changes: readonly BlockChange[]): Promise<void> => {
  if (changes.length === 0) return;
  const numbers = changes.flatMap((change) => (change.kind === "block" ? change.numbers : [change.number]));
  await lockParticipants(execute, numbers, "exclusive");
  for (const change of changes) await carryOut(execute, change);
  await execute(RENEW, [plainArray([...new Set(numbers)])]);
  if (changes.some(({ kind }) => kind !== "opt-in")) await execute("select pg_notify('blocks', '')");
};

const carryOut = async (execute: Execute, change: BlockChange): Promise<void> => {
  switch (change.kind) {
    case "opt-out":
      await execute("insert into opt_out (number_index, since) values ($1, $2) on conflict do nothing", [
        change.number,
        change.at,
      ]);
      return;
    case "opt-in":
      await execute("delete from opt_out where number_index = $1", [change.number]);
      return;
    case "block": {
      const [low, high] = [...change.numbers].sort();
      await execute(
        "insert into pair_block (low_index, high_index, since) values ($1, $2, $3) on conflict do nothing",
        [low, high, change.at],
      );
    }
  }
};
