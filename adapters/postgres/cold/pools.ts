import type { Execute } from "#adapters/postgres/execute.ts";
import type { PoolCount } from "#core/ports/numbers.ts";

interface PoolRow {
  readonly service_id: string;
  readonly country: string;
  readonly active: number;
  readonly draining: number;
  readonly reserved: number;
  readonly live: number | null;
  readonly held: number | null;
  readonly minimum: number | null;
  readonly bound_by: string | null;
}

/** $1: now. A route in quarantine holds its number as a live one does. */
const HELD = "(r.closed_at is null or r.quarantined_until > $1)";

/** Reads all routes once: for the planner as it is, and not for a request to wait for where there are millions. */
const POOLS = `with held as (
  select n.service_id, n.country, r.sender_index, count(*) filter (where r.closed_at is null) as live, count(*) as held
  from route r join number n on n.number = r.virtual_number
  where ${HELD} group by n.service_id, n.country, r.sender_index),
routes as (
  select service_id, country, sum(live)::bigint as live, sum(held)::bigint as held, max(held) as minimum
  from held group by service_id, country),
bound as (
  select distinct on (h.service_id, h.country) h.service_id, h.country, h.sender_index
  from held h join routes p on p.service_id = h.service_id and p.country = h.country and p.minimum = h.held
  order by h.service_id, h.country, h.sender_index),
numbers as (
  select service_id, country, count(*) filter (where state = 'active') as active,
    count(*) filter (where state = 'draining') as draining, count(*) filter (where state = 'reserved') as reserved
  from number group by service_id, country)
select i.*, p.live, p.held, p.minimum,
  (select r.sender_id from route r join number n on n.number = r.virtual_number
    where r.sender_index = b.sender_index and n.service_id = i.service_id and n.country = i.country and ${HELD}
    order by r.opened_at desc, r.sender_id limit 1) as bound_by
from numbers i
left join routes p on p.service_id = i.service_id and p.country = i.country
left join bound b on b.service_id = i.service_id and b.country = i.country
order by i.service_id, i.country`;

export const poolsAt = async (execute: Execute, now: number): Promise<readonly PoolCount[]> => {
  const rows = await execute<PoolRow>(POOLS, [now]);
  return rows.map((row) => ({
    serviceId: row.service_id,
    country: row.country,
    active: row.active,
    draining: row.draining,
    reserved: row.reserved,
    liveRoutes: row.live ?? 0,
    quarantinedRoutes: (row.held ?? 0) - (row.live ?? 0),
    minimum: row.minimum ?? 0,
    boundBy: row.bound_by,
  }));
};
