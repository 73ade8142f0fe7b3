import type { LinkKind } from "#core/domain/message.ts";
import type { AcceptanceReport } from "#core/domain/redelivery.ts";
import type { LinkStatus } from "./carrier-link.ts";
import type { DispatcherKind } from "./dispatch.ts";

/** What processes let one another know of their links. */
export interface LinkReports {
  /**
   * Takes the place of what the same process has reported before. `doubts` are keys of texts that it took and that the carrier may
   * bring again: added, in one step with the report, to those that it has named before. They are remembered for as long as carriers repeat.
   */
  report(report: LinkReport, unconfirmed: readonly string[]): Promise<void>;
  /** The process has ended in order: of what it took, nothing but what it has named is in doubt. */
  withdraw(process: string): Promise<void>;
  /** Of each text's key, whether a process other than `self` has it in doubt. */
  areUnconfirmed(keys: readonly string[], self: string): Promise<readonly boolean[]>;
  /** The last report of every process that has not withdrawn, also of the dead; those silent for a week are forgotten. */
  all(): Promise<readonly AgedLinkReport[]>;
}

export interface LinkReport extends Omit<AcceptanceReport, "ageMs"> {
  /** A UUID, new for each life of a process. */
  readonly process: string;
  readonly kind: DispatcherKind;
  readonly links: readonly ReportedLink[];
}

export type AgedLinkReport = LinkReport & AcceptanceReport;

export interface ReportedLink extends LinkStatus {
  readonly name: string;
  readonly kind: LinkKind;
  /** Segments a second. */
  readonly rate: number;
  /** Segments that the carrier has taken since the process started. */
  readonly sent: number;
  readonly throttled: number;
}
