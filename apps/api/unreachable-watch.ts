import type { Component } from "#apps/process/components.ts";
import { repeatedly } from "#apps/process/repeatedly.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { ok } from "#core/result.ts";
import { tellUnreachable } from "#core/use-cases/tell-unreachable.ts";

/** A number that nobody uses is no news of the second. */
const LOOK_MS = 60_000;

export interface UnreachableWatchPorts {
  readonly storage: Pick<Storage, "events" | "conversations">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "bugFound">;
}

/** Tells of participants whose numbers seem to be in nobody's use, soon after that shows. */
export const unreachableWatchComponent = (ports: () => UnreachableWatchPorts): Component => ({
  name: "the watch over numbers out of use",
  start: () => {
    const { storage, clock, timer, journal } = ports();
    const onFault = (error: unknown): void =>
      journal.bugFound({ where: "looking for numbers out of use", error });
    return ok(repeatedly({ timer, everyMs: LOOK_MS, onFault }, tellUnreachable({ ...storage, clock })));
  },
});
