import type { Component } from "#apps/process/components.ts";
import { repeatedly } from "#apps/process/repeatedly.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { ok } from "#core/result.ts";
import { takeReports } from "#core/use-cases/take-reports.ts";

const LOOK_MS = 10_000;

export interface ReportWatchPorts {
  readonly storage: Pick<Storage, "events" | "reports">;
  readonly ids: Ids;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "bugFound">;
}

/** Puts what was reported on hold, soon after it was. */
export const reportWatchComponent = (ports: () => ReportWatchPorts): Component => ({
  name: "the watch over reports",
  start: () => {
    const { storage, ids, timer, journal } = ports();
    const onFault = (error: unknown): void => journal.bugFound({ where: "taking reports", error });
    return ok(repeatedly({ timer, everyMs: LOOK_MS, onFault }, takeReports({ ...storage, ids })));
  },
});
