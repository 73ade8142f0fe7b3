import type { Execute } from "#adapters/postgres/execute.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { CLOCK_DIFFERENCE_MAX_MS } from "./conversation-rows.ts";

/**
 * $1: the number, $2: since when texts count, $3: no text since then has a lower id. Of whom the number stands for to somebody, the texts
 * of that one went to it; of strangers it is kept.
 */
const USED = `select greatest(
  (select used_until from number where number = $1),
  (select max(quarantined_until) from route where virtual_number = $1 and closed_at is not null),
  (select max(received_at) from message
    where stranger_index is not null and texted = $1 and id >= $3::uuid and received_at > $2),
  (select max(t.received_at) from route r, lateral (
    select m.received_at from message m
    where m.conversation_id = r.conversation_id and m.sender_id = r.sender_id and m.received_at > $2 and m.id >= $3::uuid
    order by m.received_at desc limit 1) t where r.virtual_number = $1))::float8 as used_at`;

/** When somebody last texted a number, since an instant, or the quarantine of its last pair ended; null: never. */
export const numberUse =
  (execute: Execute) =>
  async (number: Msisdn, since: number): Promise<number | null> => {
    const ids = leastId(since - CLOCK_DIFFERENCE_MAX_MS);
    const [row] = await execute<{ used_at: number | null }>(USED, [number, since, ids]);
    return row?.used_at ?? null;
  };
