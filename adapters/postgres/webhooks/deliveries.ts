import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { LoggedEvent } from "#core/domain/event.ts";
import type {
  ClaimedRetries,
  LeasedEndpoint,
  Progress,
  RetryRequest,
  Webhooks,
} from "#core/ports/webhooks.ts";
import { keepAttempts } from "./attempts.ts";
import { COLUMNS, type EndpointRow, endpointOf } from "./endpoint-rows.ts";

const MS = "interval '1 millisecond'";

/** Locked in the order of their ids, so that two processes do not wait for each other. */
const LEASE = `with free as (
  select id from webhook_endpoint
  where state = 'active' and (owner = $1 or owner is null or lease_until <= clock_timestamp()) order by id for update)
update webhook_endpoint e set owner = $1, lease_until = clock_timestamp() + $2::float8 * ${MS}
from free where e.id = free.id
returning ${COLUMNS}, (select count(*)::int from webhook_retry r where r.endpoint_id = e.id) as retries,
  (select min(due_at) from webhook_retry r where r.endpoint_id = e.id) as next_retry_at`;

const RELEASE = `update webhook_endpoint set owner = null, lease_until = null
where owner = $1 and ($2::uuid is null or id = $2)`;

const SAVE = `update webhook_endpoint set cursor = $4, failures = $5, failing_since = $6, probe_at = $7, last_delivered_at = $8,
  state = case when $9::text is null then state else 'disabled' end, disabled_reason = coalesce($9, disabled_reason)
where id = $1 and owner = $2 and version = $3 returning 1`;

const FAILED = `insert into webhook_retry (endpoint_id, event_id, event, attempts, due_at)
select $1, f.event->>'id', f.event, f.attempts, f."dueAt"
from jsonb_to_recordset($2::jsonb) as f (event jsonb, attempts integer, "dueAt" bigint)
on conflict (endpoint_id, event_id) do update set attempts = excluded.attempts, due_at = excluded.due_at, claimed_until = null`;

const ENDED = "delete from webhook_retry where endpoint_id = $1 and event_id = any ($2::text[])";

const CLAIM = `with due as (
  select r.event_id from webhook_retry r join webhook_endpoint e on e.id = r.endpoint_id
  where r.endpoint_id = $1 and e.owner = $2 and ($4::boolean or r.due_at <= $3)
    and (r.claimed_until is null or r.claimed_until <= clock_timestamp())
  order by r.due_at limit $5 for update of r skip locked)
update webhook_retry r set claimed_until = clock_timestamp() + $6::float8 * ${MS}
from due where r.endpoint_id = $1 and r.event_id = due.event_id
returning r.event, r.attempts, r.due_at`;

const NEXT = `select min(greatest(due_at, ceil(extract(epoch from claimed_until) * 1000)::bigint)) as next_at
from webhook_retry where endpoint_id = $1`;

interface LeasedRow extends EndpointRow {
  readonly retries: number;
  readonly next_retry_at: number | string | null;
}

interface RetryRow {
  readonly event: LoggedEvent;
  readonly attempts: number;
  readonly due_at: number | string;
}

type Deliveries = Pick<Webhooks, "lease" | "release" | "save" | "claimRetries">;

/** What a process that sends needs. */
export const postgresDeliveries = (
  db: Kysely<Schema>,
  steady: Execute,
  sealed: SealedValues,
): Deliveries => ({
  lease: async (process, leaseMs) => {
    const rows = await steady<LeasedRow>(LEASE, [process, leaseMs]);
    return rows.map((row) => leasedOf(sealed, row)).filter(({ endpoint }) => endpoint.secrets !== null);
  },
  release: async (process, endpointId) => {
    await executeIn(db)(RELEASE, [process, endpointId ?? null]);
  },
  save: (progress) =>
    db.transaction().execute(async (trx) => {
      const execute = executeIn(trx);
      if (!(await saveCursor(execute, progress))) return "lost";
      const { endpointId, failed, ended, attempts } = progress;
      if (failed.length > 0) await execute(FAILED, [endpointId, JSON.stringify(failed)]);
      if (ended.length > 0) await execute(ENDED, [endpointId, [...ended]]);
      await keepAttempts(execute, sealed, endpointId, attempts);
      return "saved";
    }),
  claimRetries: (request) => claimRetries(executeIn(db), request),
});

const leasedOf = (sealed: SealedValues, row: LeasedRow): LeasedEndpoint => ({
  endpoint: endpointOf(sealed, row),
  retries: row.retries,
  nextRetryAt: row.next_retry_at === null ? null : Number(row.next_retry_at),
});

const saveCursor = async (execute: Execute, progress: Progress): Promise<boolean> => {
  const { endpointId, process, version, cursor, breaker, lastDeliveredAt, disable } = progress;
  const { failures, failingSince, probeAt } = breaker;
  const values = [
    endpointId,
    process,
    version,
    cursor,
    failures,
    failingSince,
    probeAt,
    lastDeliveredAt,
    disable,
  ];
  return (await execute(SAVE, values)).length > 0;
};

const claimRetries = async (
  execute: Execute,
  { process, endpointId, now, limit, claimMs, anyTime }: RetryRequest,
): Promise<ClaimedRetries> => {
  const rows = await execute<RetryRow>(CLAIM, [endpointId, process, now, anyTime, limit, claimMs]);
  const [next] = await execute<{ next_at: number | string | null }>(NEXT, [endpointId]);
  const nextAt = next?.next_at ?? null;
  return {
    retries: rows
      .map(({ event, attempts, due_at }) => ({ event, attempts, dueAt: Number(due_at) }))
      .sort((a, b) => a.dueAt - b.dueAt),
    nextAt: nextAt === null ? null : Number(nextAt),
  };
};
