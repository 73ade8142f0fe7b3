import { type DedupStatus, dedupStatusOf } from "#core/domain/redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { LinkReports } from "#core/ports/link-reports.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

export interface ClassifyRedeliveryPorts {
  readonly reconciliation: Pick<Reconciliation, "acceptedAt">;
  readonly linkReports: Pick<LinkReports, "all" | "areUnconfirmed">;
  readonly clock: Clock;
}

/**
 * Finds out of texts' keys whether they are free, and whether what was taken under them may be brought again by the carrier; null
 * when storage does not answer. `self` is this process among the reports: it knows its own doubts by itself.
 */
export const classifyRedelivery =
  ({ reconciliation, linkReports, clock }: ClassifyRedeliveryPorts, self: string) =>
  async (keys: readonly string[]): Promise<readonly DedupStatus[] | null> => {
    try {
      // The reports first: what they do not know of yet is then at least as old as they are.
      const reports = await linkReports.all();
      const [acceptedAt, areUnconfirmed] = await Promise.all([
        reconciliation.acceptedAt(keys),
        linkReports.areUnconfirmed(keys, self),
      ]);
      const others = reports.filter(({ process }) => process !== self);
      const now = clock.now();
      return acceptedAt.map((at, i) => dedupStatusOf(at, areUnconfirmed[i]!, others, now));
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      return null;
    }
  };
