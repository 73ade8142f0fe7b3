import { createLinkWatch, type LinkJournal } from "#core/engine/outbound/link-watch.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { CountedLink } from "./counted-link.ts";
import { repeatedly } from "./repeatedly.ts";

const LOOK_MS = 1_000;

export interface WatchedLink extends Pick<CountedLink, "name" | "health" | "counts"> {
  /** Deliveries that the carrier shall bring again; absent: it takes all. */
  readonly putOff?: () => number;
}

export interface LinkWatchPorts {
  readonly journal: LinkJournal & Pick<Journal, "bugFound">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
}

/** Looks at each link once a second, and tells what has become of it. Answers how to stop that. */
export const watchLinks = (
  links: readonly WatchedLink[],
  { journal, clock, timer }: LinkWatchPorts,
): (() => Promise<void>) => {
  const watched = links.map((link) => ({ link, watch: createLinkWatch(link.name, journal) }));
  const onFault = (error: unknown): void => journal.bugFound({ where: "looking at the links", error });
  return repeatedly({ timer, everyMs: LOOK_MS, onFault }, async () => {
    const at = clock.elapsed();
    for (const { link, watch } of watched) {
      const { throttled, answers } = link.counts();
      const { unknown } = answers;
      watch.look({ at, health: link.health(), throttled, unknown, putOff: link.putOff?.() ?? 0 });
    }
  });
};
