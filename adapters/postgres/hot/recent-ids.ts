import type { Accepted } from "#core/ports/traffic.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

const IDS_MAX = 50_000;

/**
 * Carriers' ids that this process has lately recorded, or is recording: most receipts come soon and to whoever sent the message,
 * and then no table has to be read to find their message. Only messages of one part, for whose end one receipt is enough.
 */
export interface RecentIds {
  add(accepted: readonly Accepted[]): void;
  /** Answers once: a duplicate receipt is looked up, where the outcome is found. */
  take(carrierId: string): string | undefined;
}

export const recentIds = (): RecentIds => {
  const cache = createGenerationalCache<string>(IDS_MAX);
  return {
    add: (accepted) => {
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
