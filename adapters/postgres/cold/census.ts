import type { Execute } from "#adapters/postgres/execute.ts";
import { PRIORITIES, type Priority } from "#core/domain/priority.ts";
import { type Census, COUNTED_MAX, type QueuedCount } from "#core/ports/census.ts";

const counted = (from: string): string =>
  `(select count(*) from (select from ${from} limit ${COUNTED_MAX}) c)`;

const waitingAt = (position: number): string => {
  const waiting = `queue where priority = ${position} and claimed_by is null`;
  return `'messages', ${counted(waiting)},
    'oldestAt', (select received_at from ${waiting} order by received_at limit 1)`;
};

/** By indexes that are there for others; rows of the log that readers may not have yet are as many as one open transaction holds back. */
const TAKE = `select
  jsonb_build_object(${PRIORITIES.map((priority, at) => `'${priority}', jsonb_build_object(${waitingAt(at)})`).join(",\n  ")}) as queued,
  ${counted("conversation where closed_at is null")}::float8 as open_conversations,
  (select count(distinct receipt) from parked_receipt)::float8 as parked_receipts,
  (select greatest(0, extract(epoch from clock_timestamp()) * 1000 - min(written_at)) from event_batch
    where era = (select max(era) from event_era) and xid >= pg_snapshot_xmin(pg_current_snapshot()))::float8 as feed_lag_ms`;

interface Row {
  readonly queued: Readonly<Record<Priority, QueuedCount>>;
  readonly open_conversations: number;
  readonly parked_receipts: number;
  readonly feed_lag_ms: number | null;
}

export const postgresCensus = (execute: Execute): Census => ({
  take: async () => {
    const [row] = await execute<Row>(TAKE);
    return {
      queued: row!.queued,
      openConversations: row!.open_conversations,
      parkedReceipts: row!.parked_receipts,
      feedLagMs: row!.feed_lag_ms ?? 0,
    };
  },
});
