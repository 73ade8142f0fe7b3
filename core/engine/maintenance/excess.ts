import { PARKED_MAX, STRANGERS_MAX } from "#core/domain/retention.ts";
import type { MaintenanceOptions, MaintenancePorts } from "./context.ts";

/** What anybody may send us without end is kept up to a number; the oldest goes first, as it is the least likely to be asked for. */
export const dropExcess = async (
  { storage: { reconciliation } }: MaintenancePorts,
  { parkedMax = PARKED_MAX, strangersMax = STRANGERS_MAX, onExcess }: MaintenanceOptions,
): Promise<void> => {
  const dropped = await reconciliation.dropExcess({ receipts: parkedMax, strangers: strangersMax });
  onExcess?.(dropped);
};
