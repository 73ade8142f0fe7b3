import type { Component } from "#apps/process/components.ts";
import { repeatedly } from "#apps/process/repeatedly.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Timer } from "#core/ports/timer.ts";
import { ok } from "#core/result.ts";
import { type ErasePersonPorts, finishErasures } from "#core/use-cases/erase-person.ts";

const LOOK_MS = 60_000;

/** Goes on with erasures that a crash interrupted or that a hold kept back. */
export const erasureWorkerComponent = (
  ports: () => ErasePersonPorts & { readonly timer: Timer; readonly journal: Pick<Journal, "bugFound"> },
): Component => ({
  name: "the erasures",
  start: () => {
    const { timer, journal, ...own } = ports();
    const onFault = (error: unknown): void => journal.bugFound({ where: "an erasure", error });
    return ok(repeatedly({ timer, everyMs: LOOK_MS, onFault }, finishErasures(own)));
  },
});
