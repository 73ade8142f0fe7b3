import { type Kysely, sql } from "kysely";

/** Finds what is of one person without reading what is of others. */
const STATEMENTS = [
  // Lines that wait are few, and have an index: a line enters this one when it is settled, once.
  "create index broadcast_line_settled on broadcast_line (recipient_id) where settled_at is not null",
  "create index pair_block_high on pair_block (high_index)",
  `create or replace function held_conversations(at bigint) returns setof uuid language sql stable as $$
    select conversation_id from hold where conversation_id is not null and released_at is null and until > at
    union
    select p.conversation_id from hold h join participant p on p.number_index = h.number_index and p.left_at is null
      where h.number_index is not null and h.released_at is null and h.until > at
    union
    select p.conversation_id from hold h join participant p on p.number_index = h.number_index and p.left_at is not null
      where h.number_index is not null and h.released_at is null and h.until > at $$`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
};
