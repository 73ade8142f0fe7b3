import { dedupStatusOf, type KnownKey, type StorageGap, silenceOf } from "#core/domain/redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { LinkReports } from "#core/ports/link-reports.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

export interface ClassifyRedeliveryPorts {
  readonly reconciliation: Pick<Reconciliation, "acceptedAt">;
  readonly linkReports: Pick<LinkReports, "all" | "reported">;
  readonly clock: Clock;
}

/**
 * Finds out of texts' keys whether they are free, and whether the carrier may deliver again what was accepted under them; null
 * when storage does not answer. `self` is this process among the reports: it knows by itself what of its own is unconfirmed. `gap`: when
 * it last could not report.
 */
export const classifyRedelivery =
  (
    { reconciliation, linkReports, clock }: ClassifyRedeliveryPorts,
    self: string,
    gap: () => StorageGap | null = () => null,
  ) =>
  async (keys: readonly string[]): Promise<readonly KnownKey[] | null> => {
    try {
      // The reports first: what they do not know of yet is then at least as old as they are.
      const reports = await linkReports.all();
      const [acceptedAt, reported] = await Promise.all([
        reconciliation.acceptedAt(keys),
        linkReports.reported(keys, self),
      ]);
      const lastGap = gap();
      const others = reports
        .filter(({ process }) => process !== self)
        .map((report) => ({ ...report, silentMs: silenceOf(report.ageMs, lastGap) }));
      const now = clock.now();
      return acceptedAt.map((at, i) => {
        const { unconfirmedAt, resolved } = reported[i]!;
        // What is unconfirmed is one text, and the key may be held by an older one that says the same.
        const isUnconfirmed = at !== null && unconfirmedAt.includes(at); // breakage: any-text-of-the-key
        const status = dedupStatusOf(at, { isUnconfirmed, resolved }, others, now);
        return { status, acceptedAt: at, resolved };
      });
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      return null;
    }
  };
