import { assembleParts, isRepetition, PARTS_TIMEOUT_MS } from "#core/domain/part-assembly.ts";
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
  const startedBefore = now - partsTimeoutMs;
  for (const parts of await reconciliation.ripeParts(startedBefore, SWEEP_MAX)) {
    for (const text of assembleParts(parts, partsTimeoutMs)) {
      if (!text.isComplete && text.parts[0]!.receivedAt >= startedBefore) continue;
      // breakage: relay-repeated-part
      if (isRepetition(text, partsTimeoutMs))
        await reconciliation.dropParts(text.parts.map(({ key }) => key));
      else await writer.join(text.parts);
    }
  }
};
