import { assembleParts, isRipe, PARTS_TIMEOUT_MS } from "#core/domain/part-assembly.ts";
import { type MaintenanceOptions, type MaintenancePorts, SWEEP_MAX } from "./context.ts";

/**
 * Relays long texts as far as they came, when their other parts do not come; and those whose parts two writes could not see of each
 * other. Parts that only repeat what was relayed are dropped.
 */
export const joinRipeParts = async (
  { storage: { reconciliation }, writer }: MaintenancePorts,
  { partsTimeoutMs = PARTS_TIMEOUT_MS }: MaintenanceOptions,
  now: number,
): Promise<void> => {
  for (const parts of await reconciliation.ripeParts(now - partsTimeoutMs, SWEEP_MAX)) {
    for (const text of assembleParts(parts, partsTimeoutMs)) {
      if (!isRipe(text, partsTimeoutMs, now)) continue;
      // breakage: relay-repeated-part
      if (text.isRepetition) await reconciliation.dropParts(text.parts.map(({ key }) => key));
      else await writer.join(text.parts);
    }
  }
};

/** Joined parts are known by their words for as long as a part that repeats them may come, and a sweep that is late may see it. */
export const eraseJoinedParts = (
  { storage: { reconciliation } }: MaintenancePorts,
  { partsTimeoutMs = PARTS_TIMEOUT_MS }: MaintenanceOptions,
  now: number,
): Promise<void> => reconciliation.eraseJoinedParts(now - 3 * partsTimeoutMs);
