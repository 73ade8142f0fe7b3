import { linkChangesOf } from "#core/domain/link-changes.ts";
import { REPEATS_MS, type Resolution } from "#core/domain/redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import { GONE_MS, type LinkReports } from "#core/ports/link-reports.ts";
import { logChanges } from "./event-log.ts";
import type { MemoryTables } from "./tables.ts";

/** The silent are remembered for a week. */
const REMEMBERED_MS = 7 * 86_400_000;

export const memoryLinkReports = (tables: MemoryTables, clock: Clock): LinkReports => {
  const isRecent = (at: number): boolean => clock.now() - at <= REPEATS_MS;
  const resolvedBy = (key: string): Resolution | null => {
    const resolved = tables.resolvedKeys.get(key);
    return resolved !== undefined && isRecent(resolved.at) ? resolved.by : null;
  };
  const tellLinks = (): void => {
    const now = clock.now();
    const living = [...tables.linkReports.values()].filter(({ at }) => now - at < GONE_MS);
    const links = living.flatMap(({ report }) => report.links);
    const told = [...tables.toldStates].map(([of, state]) => ({ of, state }));
    logChanges(tables, linkChangesOf(links, told, now));
  };
  return {
    report: async (report, unconfirmed) => {
      tables.linkReports.set(report.process, { report, at: clock.now() });
      tellLinks();
      for (const { key, at } of unconfirmed) {
        const by = resolvedBy(key);
        if (by !== null && by.process !== report.process) continue; // breakage: name-too-late
        const byProcess = tables.unconfirmedKeys.get(key) ?? new Map();
        tables.unconfirmedKeys.set(key, byProcess.set(report.process, { acceptedAt: at, at: clock.now() }));
      }
    },
    withdraw: async (process) => {
      tables.linkReports.delete(process);
      tellLinks();
    },
    reported: async (keys, self) =>
      keys.map((key) => ({
        unconfirmedAt: [...(tables.unconfirmedKeys.get(key) ?? [])]
          .filter(([process, { at }]) => process !== self && isRecent(at))
          .map(([, { acceptedAt }]) => acceptedAt),
        resolved: resolvedBy(key),
      })),
    resolve: async (key, by, instead) => {
      const named = [...(tables.unconfirmedKeys.get(key)?.values() ?? [])].some(({ at }) => isRecent(at));
      const last = resolvedBy(key) ?? by;
      const isReplaced = last.process === instead?.process && last.at === instead.at; // breakage: recognise-once-for-ever
      const isFirst = named || last.process === by.process || isReplaced;
      tables.unconfirmedKeys.delete(key);
      if (isFirst) tables.resolvedKeys.set(key, { by, at: clock.now() });
      return isFirst;
    },
    all: async () => {
      const now = clock.now();
      for (const [process, { at }] of tables.linkReports)
        if (now - at > REMEMBERED_MS) tables.linkReports.delete(process);
      return [...tables.linkReports.values()].map(({ report, at }) => ({
        ...report,
        ageMs: Math.max(0, now - at),
      }));
    },
  };
};
