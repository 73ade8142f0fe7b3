import { REPEATS_MS } from "#core/domain/redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { LinkReports } from "#core/ports/link-reports.ts";
import type { World } from "./world.ts";

/** The silent are remembered for a week. */
const REMEMBERED_MS = 7 * 86_400_000;

export const memoryLinkReports = (world: World, clock: Clock): LinkReports => ({
  report: async (report, doubts) => {
    world.linkReports.set(report.process, { report, at: clock.now() });
    for (const key of doubts) {
      const doubters = world.linkDoubts.get(key) ?? new Map<string, number>();
      world.linkDoubts.set(key, doubters.set(report.process, clock.now()));
    }
  },
  withdraw: async (process) => {
    world.linkReports.delete(process);
  },
  areUnconfirmed: async (keys, self) =>
    keys.map((key) =>
      [...(world.linkDoubts.get(key) ?? [])].some(
        ([process, at]) => process !== self && clock.now() - at <= REPEATS_MS,
      ),
    ),
  all: async () => {
    const now = clock.now();
    for (const [process, { at }] of world.linkReports)
      if (now - at > REMEMBERED_MS) world.linkReports.delete(process);
    return [...world.linkReports.values()].map(({ report, at }) => ({
      ...report,
      ageMs: Math.max(0, now - at),
    }));
  },
});
