import type { LinkKind } from "#core/domain/message.ts";
import type { TakingReport } from "#core/domain/repetition.ts";
import type { LinkStatus } from "#core/ports/carrier-link.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";

/** What processes let one another know of their links. */
export interface LinkReports {
  /** Takes the place of what the same process has reported before. */
  report(report: LinkReport): Promise<void>;
  /** The process has ended in order: nothing that it took is in doubt. */
  withdraw(process: string): Promise<void>;
  /** The last report of every process that has not withdrawn, also of the dead; those silent for a week are forgotten. */
  all(): Promise<readonly AgedLinkReport[]>;
}

export interface LinkReport extends Omit<TakingReport, "ageMs"> {
  /** A UUID, new for each life of a process. */
  readonly process: string;
  readonly kind: DispatcherKind;
  readonly links: readonly ReportedLink[];
}

export type AgedLinkReport = LinkReport & TakingReport;

export interface ReportedLink extends LinkStatus {
  readonly name: string;
  readonly kind: LinkKind;
  /** Segments a second. */
  readonly rate: number;
  /** Segments that the carrier has taken since the process started. */
  readonly sent: number;
  readonly throttled: number;
}
