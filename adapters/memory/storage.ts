import type { Clock } from "#core/ports/clock.ts";
import type { Storage } from "#core/ports/storage.ts";
import { memoryAuditLog } from "./audit-log.ts";
import { memoryBroadcasts } from "./broadcasts.ts";
import { memoryCensus } from "./census.ts";
import { memoryConversations } from "./conversations.ts";
import { memoryDispatch } from "./dispatch.ts";
import { memoryErasures } from "./erasures.ts";
import { memoryEvents } from "./event-log.ts";
import { memoryHolds } from "./holds.ts";
import { memoryIdempotency } from "./idempotency.ts";
import { memoryLinkReports } from "./link-reports.ts";
import { memoryLinkSettings } from "./link-settings.ts";
import { memoryNumbers } from "./numbers.ts";
import { memoryOptOuts } from "./opt-outs.ts";
import { memoryPairBlocks } from "./pair-blocks.ts";
import { memoryReconciliation } from "./reconciliation.ts";
import { memoryReports } from "./reports.ts";
import { memoryServices } from "./services.ts";
import { memorySums } from "./sums.ts";
import { emptyTables, type MemoryTables } from "./tables.ts";
import { memoryTraffic } from "./traffic.ts";
import { memoryWebhooks } from "./webhooks.ts";

export interface MemoryStorageOptions {
  /** Whose time leases and quarantines are counted by. */
  readonly clock: Clock;
  /** What is stored; given to several storages, it is shared by several processes. */
  readonly tables?: MemoryTables;
}

/** Storage that lasts as long as its world. Each call happens at once, in the turn in which it is made. */
export const memoryStorage = ({ clock, tables = emptyTables() }: MemoryStorageOptions): Storage => {
  const announceWork = (): void => {
    for (const listener of [...tables.workListeners]) listener();
  };
  return {
    conversations: memoryConversations(tables, announceWork),
    services: memoryServices(tables),
    numbers: memoryNumbers(tables, clock),
    traffic: memoryTraffic(tables, announceWork),
    dispatch: memoryDispatch(tables, clock, announceWork),
    reconciliation: memoryReconciliation(tables),
    linkReports: memoryLinkReports(tables, clock),
    linkSettings: memoryLinkSettings(tables),
    optOuts: memoryOptOuts(tables),
    pairBlocks: memoryPairBlocks(tables),
    idempotency: memoryIdempotency(tables),
    events: memoryEvents(tables),
    webhooks: memoryWebhooks(tables, clock),
    census: memoryCensus(tables),
    broadcasts: memoryBroadcasts(tables),
    audit: memoryAuditLog(tables),
    erasures: memoryErasures(tables),
    holds: memoryHolds(tables),
    reports: memoryReports(tables),
    sums: memorySums(tables),
    problem: async () => null,
  };
};
