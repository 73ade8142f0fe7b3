import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { ByExcess } from "#core/ports/reconciliation.ts";
import type { Storage } from "#core/ports/storage.ts";

/** What all maintenance works with. */
export interface MaintenancePorts {
  readonly storage: Pick<
    Storage,
    "broadcasts" | "conversations" | "reconciliation" | "idempotency" | "events" | "services"
  >;
  readonly writer: Pick<BatchWriter, "record" | "join">;
  readonly journal: Pick<Journal, "messageEnded" | "parkedReceiptsDropped">;
}

export interface MaintenanceOptions {
  readonly messageTtlMs: number;
  readonly quarantineMs: number;
  /** Texts are erased this long after their conversation closed; null: never. */
  readonly textRetentionMs: number | null;
  /** At least `retentionMinMs`; null: for ever. */
  readonly messageRetentionMs: number | null;
  readonly eventRetentionMs?: number;
  /** How long the parts of a long text are waited for. */
  readonly partsTimeoutMs?: number;
  readonly receiptGraceMs?: number;
  /** Receipts of unknown ids that are kept. */
  readonly parkedMax?: number;
  /** Texts of strangers that are kept. */
  readonly strangersMax?: number;
  /** Told after each rare sweep how much was beyond that and is forgotten now, also when it is nothing. */
  readonly onExcess?: (dropped: ByExcess) => void;
}

/** How much one sweep does of each kind; the next one goes on. */
export const SWEEP_MAX = 500;
