import { BATCH_MAX, type Batch, type BatchOutcome, type Traffic } from "#core/ports/traffic.ts";
import type { BlindIndex } from "./blind-index.ts";
import { commitAtOnce } from "./commit-at-once.ts";
import { commitStepwise } from "./commit-stepwise.ts";
import { type ConnectionPool, inTransaction, withConnection } from "./database.ts";
import { foldFates } from "./fates.ts";
import type { Hands } from "./hands.ts";
import { hotRoutes } from "./hot-routes.ts";
import { planOf } from "./inbound-outcomes.ts";
import { storedParts } from "./inbound-parts.ts";
import type { RecentIds } from "./recent-ids.ts";
import type { SealedValues } from "./sealed-values.ts";

export interface TrafficContext {
  readonly pool: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
  readonly hands: Hands;
  readonly recent: RecentIds;
}

export const postgresTraffic = (context: TrafficContext): Traffic => ({
  routes: hotRoutes(context),
  parts: storedParts(context),
  commit: async (batch) => {
    if (batch.inbound.length > 2 * BATCH_MAX) {
      throw new RangeError(`Cannot commit ${batch.inbound.length} messages at once`);
    }
    context.hands.reach(batch);
    const outcome = await commit(context, batch);
    context.hands.note(batch, outcome);
    return outcome;
  },
});

const commit = async (
  { pool, index, sealed, recent }: TrafficContext,
  batch: Batch,
): Promise<BatchOutcome> => {
  const plan = planOf(batch);
  const writer = { index: await index(), sealed, recent };
  return withConnection(pool, async (connection) => {
    const written = plan.isRare
      ? await inTransaction(connection, () => commitStepwise({ ...writer, connection }, batch, plan))
      : await commitAtOnce({ ...writer, connection }, batch, plan);
    if (!written) return { kind: "fenced" };
    if (written.fates.length > 0) await foldFates(connection, written.fates);
    return { kind: "committed", inbound: written.inbound, receipts: written.receipts };
  });
};
