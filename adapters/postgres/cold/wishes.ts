import type { Execute } from "#adapters/postgres/execute.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";

/** A wish that is carried out. An index is the blind index of a number. */
export interface NewWish extends KeptWish {
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
}

const KEEP = `insert into wish (number_index, kind, at, source, word, scope, virtual_number)
values ($1, $2, $3, $4, $5, $6, $7)`;

/** Whoever only repeats it changes nothing but when it was confirmed. */
const IS_NEWS = `((o.source = 'carrier' and excluded.source <> 'carrier') or (o.scope <> 'all' and excluded.scope = 'all'))`;
const news = (column: string): string =>
  `${column} = case when ${IS_NEWS} then excluded.${column} else o.${column} end`;

const OPT_OUT = `insert into opt_out as o
  (number_index, since, source, word, scope, virtual_number, confirmed_at, number)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (number_index) do update set
  ${["source", "word", "scope", "virtual_number"].map(news).join(", ")},
  confirmed_at = coalesce(excluded.confirmed_at, o.confirmed_at), number = excluded.number
returning xmax = 0 as is_news`;

const OPT_IN = "delete from opt_out where number_index = $1 returning true as is_news";

/** Who is told to have opted out or in: the person as they last took part in a conversation. */
const WHO = `select id, conversation_id from participant where number_index = $1
order by left_at is null desc, id desc limit 1`;

const BLOCK = `insert into pair_block
  (low_index, high_index, blocker_index, since, said_at, id, conversation_id, blocker_id, virtual_number, word)
values (least($1::uuid, $2), greatest($1::uuid, $2), $1, $3, $3, $4, $5, $6, $7, $8)
on conflict (low_index, high_index, blocker_index) do update
set said_at = excluded.said_at, virtual_number = excluded.virtual_number`;

const UNBLOCK = `delete from pair_block
where low_index = least($1::uuid, $2) and high_index = greatest($1::uuid, $2) and blocker_index = $1`;

/** Keeps a wish and changes what holds. Wants the locks of the numbers. Answers what is to be told of it. */
export const carryOut = async (execute: Execute, wish: NewWish): Promise<readonly NewEvent[]> => {
  const { kind, numberIndex, at, source, word, scope, virtualNumber, block } = wish;
  await execute(KEEP, [numberIndex, kind, at, source, word, scope, virtualNumber]);
  switch (kind) {
    case "stop": {
      const said = [numberIndex, at, source, word, scope, virtualNumber];
      const confirmedAt = wish.isConfirmed ? at : null;
      const [changed] = await execute<Changed>(OPT_OUT, [...said, confirmedAt, wish.sealedNumber]);
      return changed?.is_news ? [await wishEvent(execute, wish)] : [];
    }
    case "start": {
      const [changed] = await execute<Changed>(OPT_IN, [numberIndex]);
      return changed?.is_news ? [await wishEvent(execute, wish)] : [];
    }
    case "block":
      if (!block) return [];
      await execute(BLOCK, [
        ...[numberIndex, block.otherIndex, at, block.messageId, block.conversationId, block.blockerId],
        ...[virtualNumber, word],
      ]);
      return [];
    case "unblock":
      if (block) await execute(UNBLOCK, [numberIndex, block.otherIndex]);
      return [];
  }
};

interface Changed {
  readonly is_news: boolean;
}

const wishEvent = async (execute: Execute, { kind, numberIndex, source, at }: NewWish): Promise<NewEvent> => {
  const [who] = await execute<{ id: string; conversation_id: string }>(WHO, [numberIndex]);
  return {
    type: kind === "stop" ? "participant.opted-out" : "participant.opted-in",
    subject: who?.id ?? null,
    data: { source, conversationId: who?.conversation_id ?? null },
    at,
  };
};
