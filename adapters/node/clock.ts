import type { SteadyClock } from "#core/ports/clock.ts";

/** The machine's time of day. */
export const systemClock: SteadyClock = { now: () => Date.now(), elapsed: () => performance.now() };
