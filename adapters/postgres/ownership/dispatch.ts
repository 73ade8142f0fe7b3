import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import { blocksOf, claimMessages, nextDue } from "#adapters/postgres/hot/claiming.ts";
import { requeue } from "#adapters/postgres/hot/outbound-queue.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { PARTITIONS } from "#core/domain/partition.ts";
import type { Dispatch, Heartbeat, Membership, NewDispatcher } from "#core/ports/dispatch.ts";
import type { DispatchContext } from "./dispatch-context.ts";
import { expireDispatchers, silentDispatchers } from "./expire-dispatcher.ts";
import { quietBeat } from "./quiet-beat.ts";
import { shareOut } from "./share-out.ts";

/** Taken by everything that moves partitions, so that dispatchers do so one after the other. */
const MEMBERSHIP_LOCK = 7_340_293;
/** Expired dispatchers are kept for this long, only to be looked at. */
const REMEMBERED = "7 days";

export const postgresDispatch = (context: DispatchContext): Dispatch => {
  const { db, steady } = context;
  const serialized = <T>(work: (execute: Execute) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (trx) => {
      const execute = executeIn(trx);
      await execute(`select pg_advisory_xact_lock(${MEMBERSHIP_LOCK})`);
      return work(execute);
    });
  return {
    join: async ({ id, kind, leaseMs, silentAfterMs, recoverFrom }: NewDispatcher) => {
      await executeIn(db)(
        `insert into dispatcher (id, kind, lease_ms, silent_after_ms, recover_from) values ($1, $2, $3, $4, $5)
         on conflict (id) do nothing`,
        [id, kind, leaseMs, silentAfterMs, recoverFrom],
      );
    },
    heartbeat: async (heartbeat) =>
      (await quietBeat(steady, heartbeat)) ?? serialized((execute) => beat(execute, heartbeat)),
    release: (dispatcher, partitions, owned, idleMs = 0) =>
      serialized(async (execute) => {
        if (!(await isAlive(execute, dispatcher))) return;
        await requeue(execute, dispatcher, owned);
        await execute(FREE, [dispatcher, plainArray(partitions), inDays(idleMs)]);
        await execute("select pg_notify('work', '')");
      }),
    leave: (dispatcher, owned, idleMs = 0) =>
      serialized(async (execute) => {
        if (!(await isAlive(execute, dispatcher))) return;
        await requeue(execute, dispatcher, owned);
        await execute(FREE, [dispatcher, plainArray(ALL), inDays(idleMs)]);
        await expireDispatchers(execute, [dispatcher]);
      }),
    claim: claimMessages(context),
    nextDueAt: nextDue(context),
    blocks: blocksOf(context),
    onWork: (listener) => context.wakeups.on("work", listener),
    onBlock: (listener) => context.wakeups.on("blocks", listener),
  };
};

const beat = async (
  execute: Execute,
  { dispatcher, recoverFrom, mayExpire }: Heartbeat,
): Promise<Membership | "fenced"> => {
  const living = await execute(
    `update dispatcher set beat_at = clock_timestamp(), recover_from = $2
     where id = $1 and not expired returning 1`,
    [dispatcher, recoverFrom],
  );
  if (living.length === 0) return "fenced";
  const silent = mayExpire ? await silentDispatchers(execute) : [];
  const recovered = await expireDispatchers(execute, silent);
  await execute(
    `delete from dispatcher where expired and beat_at < clock_timestamp() - interval '${REMEMBERED}'`,
  );
  return { ...(await shareOut(execute, dispatcher)), recovered };
};

const ALL: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

const FREE = `update partition_lease
set owner = null, freed_at = clock_timestamp() - $3::float8 * interval '1 millisecond'
where owner = $1 and partition = any ($2::smallint[])`;

/** An interval has an end. */
const inDays = (ms: number): number => Math.min(ms, 86_400_000);

const isAlive = async (execute: Execute, dispatcher: string): Promise<boolean> =>
  (await execute("select 1 from dispatcher where id = $1 and not expired for key share", [dispatcher]))
    .length > 0;
