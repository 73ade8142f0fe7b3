import { PRIORITIES, type Priority } from "#core/domain/priority.ts";
import type { Census, QueuedCount } from "#core/ports/census.ts";
import type { World } from "./world.ts";

export const memoryCensus = (world: World): Census => ({
  take: async () => {
    const queued = [...world.unsent.values()].filter(({ place }) => place.state === "queued");
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
      openConversations: [...world.conversations.values()].filter(({ closedAt }) => closedAt === null).length,
      parkedReceipts: world.parked.size,
      feedLagMs: 0,
    };
  },
});
