import { collectDefaultMetrics, Registry } from "prom-client";
import { migrationNames } from "#adapters/postgres/migrate.ts";
import type { CountedLink } from "#apps/process/counted-link.ts";
import type { ProcessJournal } from "#apps/process/journal.ts";
import type { Engine } from "#core/engine/engine.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Storage } from "#core/ports/storage.ts";
import { censusMetrics } from "./census-metrics.ts";
import { engineMetrics } from "./engine-metrics.ts";
import { linkMetrics } from "./link-metrics.ts";
import { counter, gauge } from "./metric-kinds.ts";

export interface MetricsSources {
  /** The name of this process, which no other has. */
  readonly process: string;
  readonly version: string;
  readonly links: readonly CountedLink[];
  readonly engine: Omit<Engine, "stop">;
  readonly journal: Pick<ProcessJournal, "counts">;
  readonly isDatabaseAway: () => boolean;
  /** Stored values that could not be opened, by reason. */
  readonly unreadable: () => Readonly<Record<string, number>>;
  readonly clock: SteadyClock;
  readonly storage: Pick<Storage, "census" | "numbers" | "sums">;
}

/** How often the lag of the event loop is measured. Every time wakes the process, so that every 10 ms cost more than all else at rest. */
const LOOP_LAG_EVERY_MS = 200;

/** What a process counts anyway, as Prometheus reads it; gathered only when it is asked for. `more`: what only this kind has. */
export const createMetrics = (
  sources: MetricsSources,
  more: (registry: Registry) => void,
): (() => Promise<string>) => {
  const { process, version, links, engine, journal, isDatabaseAway, unreadable, clock } = sources;
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_LAG_EVERY_MS });
  gauge(registry, "build_info", "1, with what runs", ["version", "schema"], () => [
    [{ version, schema: migrationNames.at(-1)! }, 1],
  ]);
  gauge(registry, "database_up", "1 while the database answers", [], () => [[{}, isDatabaseAway() ? 0 : 1]]);
  counter(registry, "unreadable_values", "Stored values that could not be opened", ["reason"], () =>
    Object.entries(unreadable()).map(([reason, count]) => [{ reason }, count] as const),
  );
  counter(registry, "lease_losses", "Times that nothing could be sent for want of the database", [], () => [
    [{}, journal.counts().leaseLost],
  ]);
  counter(registry, "journal_events", "What operators were told, by event", ["event"], () =>
    Object.entries(journal.counts()).map(([event, count]) => [{ event }, count] as const),
  );
  engineMetrics(registry, engine, clock);
  linkMetrics(registry, links, engine);
  censusMetrics(registry, sources);
  more(registry);
  return () => registry.metrics();
};
