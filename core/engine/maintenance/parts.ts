import { type MaintenanceOptions, type MaintenancePorts, SWEEP_MAX } from "./context.ts";

const PARTS_TIMEOUT_MS = 30 * 60_000;

/** Relays long texts as far as they came, when their last part does not come; and those whose parts two writes could not see of each other. */
export const joinRipeParts = async (
  { storage, writer }: MaintenancePorts,
  { partsTimeoutMs = PARTS_TIMEOUT_MS }: MaintenanceOptions,
  now: number,
): Promise<void> => {
  for (const parts of await storage.reconciliation.ripeParts(now - partsTimeoutMs, SWEEP_MAX))
    await writer.join(parts);
};
