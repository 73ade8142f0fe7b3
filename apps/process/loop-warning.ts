import type { Log } from "./log.ts";

/** Says that two machines answered each other in a conversation, and are not heard for a while. */
export const warnOfLoop =
  (log: Pick<Log, "warn">) =>
  (conversationId: string): void =>
    log.warn({ conversationId }, "Two machines answer each other: their texts go no further for a while");
