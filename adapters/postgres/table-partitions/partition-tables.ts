/** What is kept by periods, by the message's id. */
export const PARTITIONED_TABLES = [
  "message",
  "accepted",
  "message_outcome",
  "part_receipt",
  "message_retry",
] as const;

/** The periods that have tables: what their names end with, and the instant at which they end. */
export const PARTITIONS = `select substring(relname from 8) as suffix,
  ('x' || left(replace(substring(pg_get_expr(relpartbound, c.oid) from $$TO \\('([0-9a-f-]+)'\\)$$), '-', ''), 12))::bit(48)::bigint
    as ends_at
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'message'::regclass and pg_get_expr(relpartbound, c.oid) <> 'DEFAULT'`;
