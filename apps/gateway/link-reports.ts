import type { SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { CountedLink } from "#apps/process/counted-link.ts";
import { linkReportOf } from "#apps/process/link-report.ts";
import { type Resolution, SILENT_MS, type StorageGap, type UnconfirmedKey } from "#core/domain/redelivery.ts";
import type { Pacing } from "#core/engine/outbound/pacing.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { LinkReport, LinkReports } from "#core/ports/link-reports.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";

/** How often a process reports that it lives; and how often what it accepts: what it has not reported is unconfirmed when it dies. */
const REPORT_MS = 1_000;
const BUSY_MS = 100;

/** Between two reports that storage has taken, longer than this: it was away. */
const GAP_MS = 2 * REPORT_MS;

/** Keys that wait for the next report while storage is away; the oldest go first. */
const UNCONFIRMED_MAX = 20_000;

export interface Reporting {
  /** What was accepted under these keys may come again. */
  unconfirmed(keys: readonly UnconfirmedKey[]): void;
  /** As `LinkReports.resolve`, after all that is to be reported of the key; `at`: when the redelivery came. Null: storage is away. */
  resolve(key: string, at: number, instead: Resolution | null): Promise<boolean | null>;
  /** When storage last did not take reports, or does not now; null: it always did. */
  gap(): StorageGap | null;
  /** The first report was tried. */
  readonly begun: Promise<void>;
  /** `clean`: but for what was named, everything that was accepted is settled. */
  stop(clean: boolean): Promise<void>;
}

export interface ReportingContext {
  readonly process: string;
  readonly linkReports: LinkReports;
  readonly links: readonly CountedLink[];
  readonly binds: readonly Pick<SmppLink, "details">[];
  readonly pacing: () => Pick<Pacing, "perSecond" | "throttledAt">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
}

/**
 * Reports to the other processes every second, and at once when a link is lost, how the links are and which accepted texts the carrier
 * may deliver again.
 */
export const startLinkReports = (context: ReportingContext): Reporting => {
  const { process, linkReports, links, binds, pacing, clock, timer } = context;
  let unreported: UnconfirmedKey[] = [];
  let stopped = false;
  let reporting: Promise<void> | null = null;
  let isDue = false;
  let cancel = (): void => {};
  /** On the steady clock: when storage last took a report, and the last time in which it took none. */
  let heardAt = clock.elapsed();
  let away: { readonly from: number; readonly until: number } | null = null;
  let acceptedBefore = 0;
  /** Since the last report. */
  let idle = 0;

  /** Whether the last report says less than is known by now. */
  const isBusy = (): boolean => {
    const accepted = binds.reduce((sum, bind) => sum + bind.details().counts.delivered, 0);
    const isBusier = accepted !== acceptedBefore || binds.some((bind) => bind.details().unconfirmedForMs > 0);
    acceptedBefore = accepted;
    return isBusier;
  };

  const current = (): LinkReport => {
    const now = clock.now();
    const unconfirmedForMs = Math.max(0, ...binds.map((bind) => bind.details().unconfirmedForMs));
    return {
      process,
      kind: "gateway",
      settledBefore: Math.floor(now - unconfirmedForMs),
      links: links.map((link) => linkReportOf(link, pacing(), clock.elapsed())),
    };
  };

  /** The last time in which storage was away, as of now. Another one right after it is the same. */
  const gapNow = (): typeof away => {
    const now = clock.elapsed();
    if (now - heardAt <= GAP_MS) return away;
    return { from: away && heardAt - away.until < SILENT_MS ? away.from : heardAt, until: now };
  };

  /** What could not be stored goes with the next one. */
  const write = async (): Promise<void> => {
    const keys = unreported.slice(-UNCONFIRMED_MAX);
    unreported = [];
    try {
      await linkReports.report(current(), keys);
      away = gapNow();
      heardAt = clock.elapsed();
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      unreported = [...keys, ...unreported];
    }
  };

  const run = async (): Promise<void> => {
    cancel();
    while (isDue && !stopped) {
      isDue = false;
      await write();
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
    isDue = true;
    reporting ??= run();
  };
  report();
  const begun = reporting ?? Promise.resolve();

  const end = async (clean: boolean): Promise<void> => {
    stopped = true;
    cancel();
    await reporting;
    if (!clean || unreported.length > 0) await write();
    if (!clean || unreported.length > 0) return;
    try {
      await linkReports.withdraw(process);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
    }
  };
  let ending: Promise<void> | null = null;

  return {
    begun,
    gap: () => {
      const last = gapNow();
      return last && { ms: last.until - last.from, endedMsAgo: clock.elapsed() - last.until };
    },
    unconfirmed: (keys) => {
      unreported.push(...keys);
      if (!stopped) report();
    },
    resolve: async (key, at, instead) => {
      await reporting;
      // Named after it was resolved, it would stand for the next equal text.
      if (unreported.some((each) => each.key === key)) return null;
      try {
        return await linkReports.resolve(key, { process, at }, instead);
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        return null;
      }
    },
    stop: (clean) => {
      ending ??= end(clean);
      return ending;
    },
  };
};
