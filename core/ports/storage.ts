import type { AuditLog } from "./audit-log.ts";
import type { Broadcasts } from "./broadcasts.ts";
import type { Census } from "./census.ts";
import type { Conversations } from "./conversations.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Erasures } from "./erasures.ts";
import type { Events } from "./events.ts";
import type { Holds } from "./holds.ts";
import type { Idempotency } from "./idempotency.ts";
import type { LinkReports } from "./link-reports.ts";
import type { LinkSettings } from "./link-settings.ts";
import type { Numbers } from "./numbers.ts";
import type { OptOuts } from "./opt-outs.ts";
import type { PairBlocks } from "./pair-blocks.ts";
import type { Reconciliation } from "./reconciliation.ts";
import type { Reports } from "./reports.ts";
import type { Services } from "./services.ts";
import type { Sums } from "./sums.ts";
import type { Traffic } from "./traffic.ts";
import type { Webhooks } from "./webhooks.ts";

/**
 * Everything that must survive. Every promise resolves only when its effect is durable; a lost database rejects with
 * `StorageUnavailable`, and then nothing is known of the effect.
 */
export interface Storage {
  readonly conversations: Conversations;
  readonly services: Services;
  readonly numbers: Numbers;
  readonly traffic: Traffic;
  readonly dispatch: Dispatch;
  readonly reconciliation: Reconciliation;
  readonly linkReports: LinkReports;
  readonly linkSettings: LinkSettings;
  readonly optOuts: OptOuts;
  readonly pairBlocks: PairBlocks;
  readonly idempotency: Idempotency;
  readonly events: Events;
  readonly webhooks: Webhooks;
  readonly census: Census;
  readonly broadcasts: Broadcasts;
  readonly audit: AuditLog;
  readonly erasures: Erasures;
  readonly holds: Holds;
  readonly reports: Reports;
  readonly sums: Sums;
  /** Why this process cannot work with storage right now; null: it can. Never rejects. */
  problem(): Promise<StorageProblem | null>;
}

/** `missing-keys`: what is stored needs keys that this process lacks. */
export type StorageProblem = "away" | "outdated-schema" | "newer-schema" | "missing-keys";

/** Storage could not be reached, or lost the answer. Worth trying again. */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
}
