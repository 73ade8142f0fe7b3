import type { Page, Slice } from "./conversations.ts";

/** Somebody has reported the other participant. Times are milliseconds since the epoch. */
export interface Report {
  /** Also that of the hold which keeps the conversation. */
  readonly id: string;
  readonly serviceId: string;
  readonly conversationId: string;
  readonly reporterId: string;
  readonly reportedId: string;
  readonly at: number;
}

/** How long what was reported is kept: for whoever decides about it, and the police. */
export const REPORT_HOLD_MS = 30 * 86_400_000;

/** Reports, which are taken out of the log of events, so that relaying writes no more for them than that. */
export interface Reports {
  /** Up to where the log has been taken; null: from nowhere yet. */
  cursor(): Promise<string | null>;
  /**
   * One transaction: the reports, each with a hold on its conversation for {@link REPORT_HOLD_MS} and an entry in the audit log, and up to
   * where the log is taken now. False: another process has taken it meanwhile, and nothing is written.
   */
  take(from: string | null, reports: readonly NewReport[], next: string): Promise<boolean>;
  /** Of a service, or (null) all, oldest first. */
  list(serviceId: string | null, page: Page): Promise<Slice<Report>>;
}

export interface NewReport extends Report {
  /** Of the log of events: the same is taken once. */
  readonly eventId: string;
}
