import type { SmppLink } from "#adapters/vonage-smpp/carrier-link.ts";
import type { Span } from "#core/domain/repetition.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { LinkReport, LinkReports } from "#core/ports/link-reports.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { Pacing } from "#core/use-cases/pacing.ts";
import type { CountedLink } from "../counted-link.ts";
import { linkShown } from "../link-shown.ts";

/** How often a process says that it lives; and how often what it takes, since whatever it has not said is in doubt when it dies. */
const REPORT_MS = 1_000;
const BUSY_MS = 100;

/** Doubts kept, and for how long: carriers repeat soon after a link is back, or give up. */
const DOUBTS_MAX = 100;
const DOUBT_MS = 24 * 3_600_000;

/** Nothing more will be taken. */
const FOR_GOOD = Number.MAX_SAFE_INTEGER;

/** Doubts that lie closer together are one. */
const SAME_DOUBT_MS = 250;

export interface Reporting {
  /** What was taken then may come again. */
  doubt(taken: Span): void;
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
export const reportLinks = (context: ReportingContext): Reporting => {
  const { process, linkReports, links, binds, pacing, clock, timer } = context;
  let doubts: readonly Span[] = [];
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
    doubts = doubts.filter(({ to }) => now - to < DOUBT_MS);
    return {
      process,
      kind: "gateway",
      settledBefore: Math.floor(now - inDoubtForMs),
      doubts,
      links: links.map((link) => linkShown(link, pacing().perSecond(link.kind, now))),
    };
  };

  const run = async (): Promise<void> => {
    cancel();
    while (isAsked && !stopped) {
      isAsked = false;
      try {
        await linkReports.report(current());
      } catch (error) {
        // The next one says it all.
        if (!(error instanceof StorageUnavailable)) throw error;
      }
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

  return {
    doubt: (taken) => {
      doubts = merged(doubts, taken);
      if (!stopped) report();
    },
    stop: async (clean) => {
      stopped = true;
      cancel();
      await reporting;
      try {
        if (clean && doubts.length === 0) await linkReports.withdraw(process);
        else if (clean) await linkReports.report({ ...current(), settledBefore: FOR_GOOD, links: [] });
        else await linkReports.report(current());
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
      }
    },
  };
};

/** The later a doubt, the likelier it matters. */
const merged = (doubts: readonly Span[], { from, to }: Span): readonly Span[] => {
  const last = doubts.at(-1);
  if (last && from <= last.to + SAME_DOUBT_MS && to >= last.from - SAME_DOUBT_MS) {
    const both = { from: Math.min(from, last.from), to: Math.max(to, last.to) };
    return [...doubts.slice(0, -1), both];
  }
  return [...doubts, { from, to }].slice(-DOUBTS_MAX);
};
