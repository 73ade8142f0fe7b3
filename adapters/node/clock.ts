import type { Clock } from "#core/ports/clock.ts";

/** The machine's time of day. */
export const systemClock: Clock = { now: () => Date.now() };
