import type { Component } from "#apps/process/components.ts";
import { repeatedly } from "#apps/process/repeatedly.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { ok } from "#core/result.ts";
import { showPool } from "#core/use-cases/show-pool.ts";
import { watchPools } from "#core/use-cases/watch-pools.ts";

const LOOK_MS = 10_000;

export interface PoolWatchPorts {
  readonly storage: Pick<Storage, "numbers" | "events">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "poolLow" | "poolRecovered" | "bugFound">;
}

/** Looks at the pools from time to time, and tells of those that run out. */
export const poolWatchComponent = (ports: () => PoolWatchPorts): Component => ({
  name: "the watch over the pools",
  start: () => {
    const { storage, clock, timer, journal } = ports();
    const { numbers, events } = storage;
    const look = watchPools({ showPool: showPool({ numbers, clock }), events, journal });
    const onFault = (error: unknown): void => journal.bugFound({ where: "looking at the pools", error });
    return ok(repeatedly({ timer, everyMs: LOOK_MS, onFault }, look));
  },
});
