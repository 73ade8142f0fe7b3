import type { SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { CountedLink } from "#apps/process/counted-link.ts";
import { linkReportOf } from "#apps/process/link-report.ts";
import type { Pacing } from "#core/engine/outbound/pacing.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { LinkReport, LinkReports } from "#core/ports/link-reports.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";

/** How often a process says that it lives; and how often what it takes, since whatever it has not said is in doubt when it dies. */
const REPORT_MS = 1_000;
const BUSY_MS = 100;

/** Doubts that wait for the next report while storage is away; the oldest go first. */
const DOUBTS_MAX = 20_000;

export interface Reporting {
  /** What was taken under these keys may come again. */
  doubt(keys: readonly string[]): void;
  /** `clean`: but for the doubts, everything that was taken is settled. */
  stop(clean: boolean): Promise<void>;
}

export interface ReportingContext {
  readonly process: string;
  readonly linkReports: LinkReports;
  readonly links: readonly CountedLink[];
  readonly binds: readonly Pick<SmppLink, "details">[];
  readonly pacing: () => Pick<Pacing, "perSecond">;
  readonly clock: Clock;
  readonly timer: Timer;
}

/**
 * Tells the other processes every second, and at once when a link is lost, how the links are and what of the texts taken the carrier
 * may bring again.
 */
export const startLinkReports = (context: ReportingContext): Reporting => {
  const { process, linkReports, links, binds, pacing, clock, timer } = context;
  let doubts: string[] = [];
  let stopped = false;
  let reporting: Promise<void> | null = null;
  let isAsked = false;
  let cancel = (): void => {};
  let takenBefore = 0;
  /** Since the last report. */
  let idle = 0;

  /** Whether the last report says less than is known by now. */
  const isBusy = (): boolean => {
    const taken = binds.reduce((sum, bind) => sum + bind.details().counts.delivered, 0);
    const isBusier = taken !== takenBefore || binds.some((bind) => bind.details().inDoubtForMs > 0);
    takenBefore = taken;
    return isBusier;
  };

  const current = (): LinkReport => {
    const now = clock.now();
    const inDoubtForMs = Math.max(0, ...binds.map((bind) => bind.details().inDoubtForMs));
    return {
      process,
      kind: "gateway",
      settledBefore: Math.floor(now - inDoubtForMs),
      links: links.map((link) => linkReportOf(link, pacing().perSecond(link.kind))),
    };
  };

  /** What storage did not take goes with the next one. */
  const tell = async (): Promise<void> => {
    const told = doubts.slice(-DOUBTS_MAX);
    doubts = [];
    try {
      await linkReports.report(current(), told);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      doubts = [...told, ...doubts];
    }
  };

  const run = async (): Promise<void> => {
    cancel();
    while (isAsked && !stopped) {
      isAsked = false;
      await tell();
    }
    reporting = null;
    idle = 0;
    if (!stopped) wait();
  };
  const wait = (): void => {
    cancel = timer.after(BUSY_MS, () => {
      idle += BUSY_MS;
      if (isBusy() || idle >= REPORT_MS) report();
      else wait();
    });
  };
  const report = (): void => {
    isAsked = true;
    reporting ??= run();
  };
  report();

  const end = async (clean: boolean): Promise<void> => {
    stopped = true;
    cancel();
    await reporting;
    if (!clean || doubts.length > 0) await tell();
    if (!clean || doubts.length > 0) return;
    try {
      await linkReports.withdraw(process);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
    }
  };
  let ending: Promise<void> | null = null;

  return {
    doubt: (keys) => {
      doubts.push(...keys);
      if (!stopped) report();
    },
    stop: (clean) => {
      ending ??= end(clean);
      return ending;
    },
  };
};
