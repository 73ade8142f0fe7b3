import type { CallOut } from "#adapters/postgres/call-out.ts";
import { type ConnectionPool, inTransaction, withConnection } from "#adapters/postgres/connection.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { keyGuard } from "#adapters/postgres/table-partitions/key-guard.ts";
import type { IdRange } from "#adapters/postgres/table-partitions/periods.ts";
import type { Clock } from "#core/ports/clock.ts";
import { BATCH_MAX, type Batch, type BatchOutcome, type Traffic } from "#core/ports/traffic.ts";
import { applyParked } from "./apply-parked.ts";
import { commitMulti } from "./commit-multi.ts";
import { commitSingle } from "./commit-single.ts";
import { planOf } from "./inbound-outcomes.ts";
import { storedParts } from "./inbound-parts.ts";
import { lastTexts } from "./last-texts.ts";
import { matchParkedOf } from "./parked-receipts.ts";
import { combinePartReceipts } from "./part-receipts.ts";
import type { RecentIds } from "./recent-ids.ts";
import { readRoutes } from "./routes.ts";
import { seenTexts } from "./seen-texts.ts";
import { toldTexts } from "./told-texts.ts";

interface TrafficContext {
  readonly pool: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
  readonly recent: RecentIds;
  readonly clock: Clock;
  readonly firstPeriodEnd: () => Promise<number>;
  readonly receiptIdRange: () => IdRange;
  readonly work: CallOut;
}

export const postgresTraffic = (context: TrafficContext): Traffic => ({
  routes: readRoutes(context),
  parts: storedParts(context),
  seen: seenTexts(context.pool),
  told: toldTexts(context),
  last: lastTexts(context.pool),
  commit: async (batch) => {
    if (batch.inbound.length > 2 * BATCH_MAX) {
      throw new RangeError(`Cannot commit ${batch.inbound.length} messages at once`);
    }
    return commit(context, batch);
  },
});

/** Batches about a boundary of periods are written one after the other. */
const BOUNDARY_LOCK = 7_340_295;
const SERIALIZED = [`select pg_advisory_xact_lock(${BOUNDARY_LOCK})`];

const commit = async (context: TrafficContext, batch: Batch): Promise<BatchOutcome> => {
  const { pool, sealed, recent } = context;
  const plan = planOf(batch);
  const ids = batch.inbound.map(({ inbound }) => inbound.id);
  const firstEndsAt = await context.firstPeriodEnd();
  const index = await context.index();
  return withConnection(pool, async (connection) => {
    // Only now: whoever has waited for a connection may have come close to a boundary meanwhile.
    const guard = keyGuard(context.clock.now(), firstEndsAt, ids);
    const isSerialized = guard.serialized && ids.length > 0;
    const writer = { connection, index, sealed, recent, guard, receiptIdRange: context.receiptIdRange() };
    const multi = () => commitMulti(writer, batch, plan);
    const written =
      plan.needsMultipleStatements || isSerialized
        ? await inTransaction(connection, multi, isSerialized ? SERIALIZED : [])
        : await commitSingle(writer, batch, plan);
    if (!written) return { kind: "fenced" };
    if (written.isQueued) context.work.call();
    const carrierIds = batch.accepted.map(({ carrierId }) => carrierId);
    const { from } = writer.receiptIdRange;
    const parked = written.isParked
      ? await applyParked(connection, sealed, (execute) => matchParkedOf(execute, carrierIds, from), from)
      : null;
    const multipartIds = [...new Set([...written.multipartIds, ...(parked?.multipartIds ?? [])])];
    if (multipartIds.length > 0) await combinePartReceipts(connection, multipartIds);
    return { kind: "committed", inbound: written.inbound, receipts: written.receipts };
  });
};
