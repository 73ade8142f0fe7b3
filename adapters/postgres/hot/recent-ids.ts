import type { Accepted } from "#core/ports/traffic.ts";

/** Two generations of at most so many ids; the older one goes when the younger one is full. */
const GENERATION_MAX = 25_000;

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
  let younger = new Map<string, string>();
  let older = new Map<string, string>();
  return {
    note: (accepted) => {
      for (const { messageId, parts, carrierId } of accepted) {
        if (carrierId === null || parts > 1) continue;
        if (younger.size >= GENERATION_MAX) {
          older = younger;
          younger = new Map();
        }
        younger.set(carrierId, messageId);
      }
    },
    take: (carrierId) => {
      const messageId = younger.get(carrierId) ?? older.get(carrierId);
      if (messageId !== undefined && !younger.delete(carrierId)) older.delete(carrierId);
      return messageId;
    },
  };
};
