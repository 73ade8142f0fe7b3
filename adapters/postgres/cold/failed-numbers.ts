import type { Execute } from "#adapters/postgres/execute.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { FAILURES_MAX, type Numbers } from "#core/ports/numbers.ts";

interface FailedRow {
  readonly source: number | string;
  readonly code: string;
  readonly detail: string;
  readonly count: number;
  readonly last_at: number;
  readonly looked_at: number;
}

export const failedNumbers =
  (execute: Execute): Numbers["failures"] =>
  async (since) => {
    const rows = await execute<FailedRow>(FAILED_NUMBERS, [leastId(since), FAILURES_MAX]);
    return {
      failed: rows.map((row) => ({
        number: String(row.source) as Msisdn,
        code: row.code,
        detail: row.detail,
        count: row.count,
        lastAt: row.last_at,
      })),
      isCut: (rows[0]?.looked_at ?? 0) >= FAILURES_MAX,
    };
  };

/** The newest failures alone are looked at, by an index that holds nothing but failures. */
export const FAILED_NUMBERS = `with failed as materialized (
  select message_id, code, detail, at from message_outcome
  where state in ('failed', 'expired') and message_id >= $1::uuid order by message_id desc limit $2)
select m.source, coalesce(f.code, 'unknown') as code, max(coalesce(f.detail, '')) as detail, count(*)::int as count,
  max(f.at) as last_at, (select count(*)::int from failed) as looked_at
from failed f cross join lateral (
  select source from message m where m.id = f.message_id and m.id >= $1::uuid offset 0) m
where m.source is not null
group by m.source, coalesce(f.code, 'unknown')`;
