import { PRIORITIES, type Priority } from "#core/domain/priority.ts";
import type { Census, QueuedCount } from "#core/ports/census.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryCensus = (tables: MemoryTables): Census => ({
  take: async () => {
    const queued = [...tables.unsent.values()].filter(({ place }) => place.state === "queued");
    const waiting = (priority: Priority): QueuedCount => {
      const times = queued
        .filter(({ outbound }) => outbound?.priority === priority)
        .map(({ receivedAt }) => receivedAt);
      return { messages: times.length, oldestAt: times.length === 0 ? null : Math.min(...times) };
    };
    return {
      queued: Object.fromEntries(PRIORITIES.map((each) => [each, waiting(each)])) as Record<
        Priority,
        QueuedCount
      >,
      openConversations: [...tables.conversations.values()].filter(({ closedAt }) => closedAt === null)
        .length,
      parkedReceipts: tables.parked.size,
      feedLagMs: 0,
    };
  },
});
