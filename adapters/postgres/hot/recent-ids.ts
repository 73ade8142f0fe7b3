import type { Accepted } from "#core/ports/traffic.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

const IDS_MAX = 50_000;

/**
 * Carriers' ids that this process has lately recorded, or is recording: most receipts come soon and to whoever sent the message,
 * and then nobody has to be asked which message is meant. Only messages of one part, for whose end one receipt is enough.
 */
export interface RecentIds {
  note(accepted: readonly Accepted[]): void;
  /** Answers once: what is said again must be looked up, to find that it has been said. */
  take(carrierId: string): string | undefined;
}

export const recentIds = (): RecentIds => {
  const cache = createGenerationalCache<string>(IDS_MAX);
  return {
    note: (accepted) => {
      for (const { messageId, parts, carrierId } of accepted)
        if (carrierId !== null && parts === 1) cache.set(carrierId, messageId);
    },
    take: (carrierId) => {
      const messageId = cache.get(carrierId);
      if (messageId !== undefined) cache.delete(carrierId);
      return messageId;
    },
  };
};
