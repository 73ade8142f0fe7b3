import type { Execute } from "#adapters/postgres/execute.ts";
import { holding } from "#adapters/postgres/sql/holding.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";

/** A wish that is carried out. An index is the blind index of a number. */
export interface NewWish extends KeptWish {
  /** Of which service it is wished. */
  readonly serviceId: string;
  readonly numberIndex: string;
  /** The number, sealed in the row of its index; null when it is unreadable. */
  readonly sealedNumber: Buffer | null;
  /** Whether the person was told of it. */
  readonly isConfirmed: boolean;
  /** Of `block` and `unblock`. */
  readonly block: NewBlock | null;
}

export interface NewBlock {
  readonly messageId: string;
  readonly otherIndex: string;
  readonly conversationId: string;
  /** The participant who said it. */
  readonly blockerId: string;
  /** The participant it is about. */
  readonly blockedId: string;
}

const KEEP = `insert into wish (number_index, kind, at, source, word, scope, virtual_number, service_id)
values ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** Whoever only repeats it changes nothing but when it was confirmed. */
const IS_NEWS = `(not o.holds or (o.source = 'carrier' and excluded.source <> 'carrier') or (o.scope <> 'all' and excluded.scope = 'all'))`;
const news = (column: string): string =>
  `${column} = case when ${IS_NEWS} then excluded.${column} else o.${column} end`;

const OPT_OUT = `insert into opt_out as o
  (number_index, since, source, word, scope, virtual_number, confirmed_at, number, service_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (number_index, service_id) do update set holds = true,
  since = case when o.holds then o.since else excluded.since end,
  ${["source", "word", "scope", "virtual_number"].map(news).join(", ")},
  confirmed_at = coalesce(excluded.confirmed_at, case when o.holds then o.confirmed_at end), number = excluded.number`;

const OPT_IN = "delete from opt_out where number_index = $1 and service_id = $2";

/** What was said elsewhere for all holds on there, and everywhere else. */
const LIFT_HERE = `insert into opt_out (number_index, service_id, since, source, scope, number, holds)
select $1, $2, $3, $4, 'service', $5, false
where exists (select from opt_out where number_index = $1 and holds and scope = 'all')`;

/** Who has opted out of all has taken back what they had taken back. */
const FORGET_LIFTED = "delete from opt_out where number_index = $1 and not holds";

/** Who is told to have opted out or in: the person as they last took part in a conversation of the service. */
const WHO = `select id, conversation_id from (
  select id, conversation_id, left_at from participant where number_index = $1 and left_at is null
  union all select id, conversation_id, left_at from participant where number_index = $1 and left_at is not null) p
where (select c.service_id from conversation c where c.id = p.conversation_id) = $2
order by p.left_at is null desc, p.id desc limit 1`;

const IS_OUT = `select ${holding("holds", "$2::uuid", "$1::uuid")} is true as is_out`;

const BLOCK = `insert into pair_block
  (low_index, high_index, blocker_index, since, said_at, id, conversation_id, blocker_id, blocked_id, virtual_number, word, service_id)
values (least($1::uuid, $2), greatest($1::uuid, $2), $1, $3, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (low_index, high_index, service_id, blocker_index) do update
set said_at = excluded.said_at, virtual_number = excluded.virtual_number`;

const UNBLOCK = `delete from pair_block
where low_index = least($1::uuid, $2) and high_index = greatest($1::uuid, $2) and blocker_index = $1 and service_id = $3`;

/** Keeps a wish and changes what holds. Wants the locks of the numbers. Answers what is to be told of it. */
export const carryOut = async (execute: Execute, wish: NewWish): Promise<readonly NewEvent[]> => {
  const { kind, serviceId, numberIndex, at, source, word, scope, virtualNumber, block } = wish;
  await execute(KEEP, [numberIndex, kind, at, source, word, scope, virtualNumber, serviceId]);
  switch (kind) {
    case "stop":
    case "start": {
      const isOut = async (): Promise<boolean> =>
        (await execute<{ is_out: boolean }>(IS_OUT, [numberIndex, serviceId]))[0]!.is_out;
      const before = await isOut();
      // A STOP said elsewhere for all outlasts the carrier's word, which any text takes back.
      if (before && kind === "stop" && source === "carrier") return [];
      await (kind === "stop" ? optOut(execute, wish) : optIn(execute, wish));
      return before === (await isOut()) ? [] : [await wishEvent(execute, wish)];
    }
    case "block":
      if (!block) return [];
      await execute(BLOCK, [
        ...[numberIndex, block.otherIndex, at, block.messageId, block.conversationId, block.blockerId],
        ...[block.blockedId, virtualNumber, word, serviceId],
      ]);
      return [];
    case "unblock":
      if (block) await execute(UNBLOCK, [numberIndex, block.otherIndex, serviceId]);
      return [];
  }
};

const optOut = async (execute: Execute, wish: NewWish): Promise<void> => {
  const { serviceId, numberIndex, at, source, word, scope, virtualNumber, sealedNumber } = wish;
  if (scope === "all") await execute(FORGET_LIFTED, [numberIndex]);
  const said = [numberIndex, at, source, word, scope, virtualNumber];
  await execute(OPT_OUT, [...said, wish.isConfirmed ? at : null, sealedNumber, serviceId]);
};

const optIn = async (execute: Execute, wish: NewWish): Promise<void> => {
  const { serviceId, numberIndex, at, source, sealedNumber } = wish;
  await execute(OPT_IN, [numberIndex, serviceId]);
  await execute(LIFT_HERE, [numberIndex, serviceId, at, source, sealedNumber]);
};

const wishEvent = async (
  execute: Execute,
  { kind, serviceId, numberIndex, source, at }: NewWish,
): Promise<NewEvent> => {
  const [who] = await execute<{ id: string; conversation_id: string }>(WHO, [numberIndex, serviceId]);
  return {
    type: kind === "stop" ? "participant.opted-out" : "participant.opted-in",
    subject: who?.id ?? null,
    data: { source, conversationId: who?.conversation_id ?? null },
    serviceId,
    at,
  };
};
