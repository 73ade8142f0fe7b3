import type { LinkKind } from "#core/domain/link-kind.ts";
import type { AcceptanceReport, Resolution, UnconfirmedKey } from "#core/domain/redelivery.ts";
import type { LinkDirection, LinkHealth, LinkStatus } from "./carrier-link.ts";
import type { DispatcherKind } from "./dispatch.ts";

/** A gateway reports every second; one that has been silent for longer than this (milliseconds) is gone, and its links with it. */
export const GONE_MS = 5_000;

/**
 * What processes let one another know of their links. When a link begins or ceases to send or receive, as all processes together know it, an
 * event tells of it once: with the report or the withdrawal that shows it, also where it shows that another process is gone.
 */
export interface LinkReports {
  /**
   * Replaces what the same process has reported before. `unconfirmed` are texts that it offered to storage and that the carrier
   * may deliver again: added, in one step with the report, to those that it has named before. They are remembered for as long as
   * carriers deliver again. What another process has recognised since is not named anew: its acknowledgement counts, and the
   * name may come late.
   */
  report(report: LinkReport, unconfirmed: readonly UnconfirmedKey[]): Promise<void>;
  /** The process has ended in order: of what it accepted, nothing but what it has named is unconfirmed. */
  withdraw(process: string): Promise<void>;
  /** What processes other than `self` have named under each key. */
  reported(keys: readonly string[], self: string): Promise<readonly ReportedKey[]>;
  /**
   * A redelivery of the text of this key has been recognised: nobody holds it for unconfirmed any more, the process that named it
   * included, until it is named anew. `false`: another process has recognised it before. The same process may ask again: it has not
   * acknowledged what comes once more, or the answer was lost. So may another one in the place of `instead`, a process that has recognised it
   * and died before the carrier read so.
   */
  resolve(key: string, by: Resolution, instead: Resolution | null): Promise<boolean>;
  /** The last report of every process that has not withdrawn, also of the dead; those silent for a week are forgotten. */
  all(): Promise<readonly AgedLinkReport[]>;
}

export interface ReportedKey {
  /** Each text that may come again, by the time at which it was received. */
  readonly unconfirmedAt: readonly number[];
  /** Who has recognised its redelivery last, within the time in which carriers deliver again. */
  readonly resolved: Resolution | null;
}

export interface LinkReport extends Omit<AcceptanceReport, "ageMs"> {
  /** A UUID, new for each life of a process. */
  readonly process: string;
  readonly kind: DispatcherKind;
  readonly links: readonly ReportedLink[];
}

export type AgedLinkReport = LinkReport & AcceptanceReport;

export interface ReportedLink extends Omit<LinkStatus, "state">, LinkHealth {
  readonly name: string;
  readonly kind: LinkKind;
  readonly direction: LinkDirection;
  /** Segments a second. */
  readonly rate: number;
  /** Segments that the carrier has accepted since the process started. */
  readonly sent: number;
  readonly throttled: number;
}
