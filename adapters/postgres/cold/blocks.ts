import { tell } from "#adapters/postgres/events/tell.ts";
import type { Execute } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { holding, serviceOfNumber } from "#adapters/postgres/sql/holding.ts";
import { SECOND_THOUGHTS_MS } from "#core/domain/wishes/wish.ts";
import { carryOut, type NewWish } from "./wishes.ts";

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

const SERVICE = serviceOfNumber("r.virtual_number");

/**
 * What blocks a route `r`. The pair block goes first: it stays when the opt-out is taken back. Single values are looked up by their key,
 * whereas `exists` may be planned as one pass over a table that was empty then.
 */
export const BLOCKED_BY = `case
    when (select true from pair_block b where b.low_index = least(r.sender_index, r.recipient_index)
      and b.high_index = greatest(r.sender_index, r.recipient_index) and b.service_id = ${SERVICE} limit 1) then 'pair-block'
    when ${holding("holds", SERVICE, "r.recipient_index")} then 'opt-out' end`;

/** What the sender of a route `r` may take back: three columns. */
export const SENDER_WISHES = `${holding("source", SERVICE, "r.sender_index")},
  ${holding("confirmed_at", SERVICE, "r.sender_index")},
  (select b.said_at + ${SECOND_THOUGHTS_MS} from pair_block b where b.low_index = least(r.sender_index, r.recipient_index)
    and b.high_index = greatest(r.sender_index, r.recipient_index) and b.blocker_index = r.sender_index
    and b.service_id = ${SERVICE} and b.virtual_number = r.virtual_number)`;

/** The columns of `route` that follow from wishes. */
export const WISH_COLUMNS = "blocked_by, sender_opted_out_by, stop_confirmed_at, unblock_until";

const RENEW = `with affected as (
  select distinct conversation_id from route where sender_index = any ($1::uuid[]) and closed_at is null),
wanted (sender_index, virtual_number, ${WISH_COLUMNS}) as (
  select r.sender_index, r.virtual_number, ${BLOCKED_BY}, ${SENDER_WISHES}
  from route r join affected using (conversation_id)
  where r.closed_at is null
  order by r.sender_index, r.virtual_number
  for update of r)
update route r set (${WISH_COLUMNS}) = (w.blocked_by, w.sender_opted_out_by, w.stop_confirmed_at, w.unblock_until),
  version = nextval('route_version')
from wanted w
where r.sender_index = w.sender_index and r.virtual_number = w.virtual_number
  and (r.blocked_by, r.sender_opted_out_by, r.stop_confirmed_at, r.unblock_until)
    is distinct from (w.blocked_by, w.sender_opted_out_by, w.stop_confirmed_at, w.unblock_until)`;

/** Blind indexes of the numbers that wishes are about. */
export const numbersOf = (wishes: readonly NewWish[]): readonly string[] =>
  wishes.flatMap(({ numberIndex, block }) => (block ? [numberIndex, block.otherIndex] : [numberIndex]));

/** Keeps wishes, carries them out in order, and updates the live routes of the numbers that they are about. */
export const changeBlocks = async (execute: Execute, wishes: readonly NewWish[]): Promise<void> => {
  if (wishes.length === 0) return;
  const numbers = numbersOf(wishes);
  await lockParticipants(execute, numbers, "exclusive");
  for (const wish of wishes) await tell(execute, await carryOut(execute, wish));
  await execute(RENEW, [plainArray([...new Set(numbers)])]);
  if (wishes.some(({ kind }) => kind === "stop" || kind === "block"))
    await execute("select pg_notify('blocks', '')");
};
