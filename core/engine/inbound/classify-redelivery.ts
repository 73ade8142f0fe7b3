import { type KeyState, keyStateOf } from "#core/domain/redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { LinkReports } from "#core/ports/link-reports.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

export interface LookAtKeysPorts {
  readonly reconciliation: Pick<Reconciliation, "takenAt">;
  readonly linkReports: Pick<LinkReports, "all" | "doubted">;
  readonly clock: Clock;
}

/**
 * Finds out of texts' keys whether they are free, and whether what was taken under them may be brought again by the carrier; null
 * when storage does not answer. `self` is this process among the reports: it knows its own doubts by itself.
 */
export const lookAtKeys =
  ({ reconciliation, linkReports, clock }: LookAtKeysPorts, self: string) =>
  async (keys: readonly string[]): Promise<readonly KeyState[] | null> => {
    try {
      // The reports first: what they do not know of yet is then at least as old as they are.
      const reports = await linkReports.all();
      const [takenAt, doubted] = await Promise.all([
        reconciliation.takenAt(keys),
        linkReports.doubted(keys, self),
      ]);
      const others = reports.filter(({ process }) => process !== self);
      const now = clock.now();
      return takenAt.map((at, i) => keyStateOf(at, doubted[i]!, others, now));
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      return null;
    }
  };
