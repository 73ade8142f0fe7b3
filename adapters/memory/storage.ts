import type { Clock } from "#core/ports/clock.ts";
import type { Storage } from "#core/ports/storage.ts";
import { memoryBroadcasts } from "./broadcasts.ts";
import { memoryCensus } from "./census.ts";
import { memoryConversations } from "./conversations.ts";
import { memoryDispatch } from "./dispatch.ts";
import { memoryEvents } from "./event-log.ts";
import { memoryIdempotency } from "./idempotency.ts";
import { memoryLinkReports } from "./link-reports.ts";
import { memoryNumbers } from "./numbers.ts";
import { memoryOptOuts } from "./opt-outs.ts";
import { memoryReconciliation } from "./reconciliation.ts";
import { memoryServices } from "./services.ts";
import { memoryTraffic } from "./traffic.ts";
import { memoryWebhooks } from "./webhooks.ts";
import { emptyWorld, type World } from "./world.ts";

export interface MemoryStorageOptions {
  /** Whose time leases and quarantines are counted by. */
  readonly clock: Clock;
  /** What is stored; given to several storages, it is shared by several processes. */
  readonly world?: World;
}

/** Storage that lasts as long as its world. Each call happens at once, in the turn in which it is made. */
export const memoryStorage = ({ clock, world = emptyWorld() }: MemoryStorageOptions): Storage => {
  const announceWork = (): void => {
    for (const listener of [...world.workListeners]) listener();
  };
  return {
    conversations: memoryConversations(world, announceWork),
    services: memoryServices(world),
    numbers: memoryNumbers(world, clock),
    traffic: memoryTraffic(world, announceWork),
    dispatch: memoryDispatch(world, clock, announceWork),
    reconciliation: memoryReconciliation(world),
    linkReports: memoryLinkReports(world, clock),
    optOuts: memoryOptOuts(world),
    idempotency: memoryIdempotency(world),
    events: memoryEvents(world),
    webhooks: memoryWebhooks(world, clock),
    census: memoryCensus(world),
    broadcasts: memoryBroadcasts(world),
    problem: async () => null,
  };
};
