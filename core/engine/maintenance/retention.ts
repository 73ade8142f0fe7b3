import { MEMORY_MS } from "#core/domain/retention.ts";
import { type MaintenanceOptions, type MaintenancePorts, SWEEP_MAX } from "./context.ts";

/** Forgets keys and answers that nobody repeats any more, and erases the texts of conversations that closed long ago. */
export const prune = async (
  { storage: { reconciliation, idempotency, conversations }, journal }: MaintenancePorts,
  { textRetentionMs }: MaintenanceOptions,
  now: number,
): Promise<void> => {
  const { parkedReceipts } = await reconciliation.prune(now - MEMORY_MS);
  if (parkedReceipts > 0) journal.parkedReceiptsDropped({ receipts: parkedReceipts });
  await idempotency.prune(now - MEMORY_MS);
  if (textRetentionMs !== null) await conversations.eraseTexts(now - textRetentionMs, SWEEP_MAX, now);
};
