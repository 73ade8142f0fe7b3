import type { Timers } from "#apps/simulator/timers.ts";

const LOOK_MS = 50;
/** After this a text asks again where it should go: its number may have got a webhook meanwhile. */
const PATIENCE_MS = 2_000;

/** Waits for a receiver of a system type. All who wait for the same one share the waiting. */
export const createBindWait = (
  hasReceiver: (systemType: string) => boolean,
  timers: Timers,
): ((systemType: string) => Promise<void>) => {
  const waits = new Map<string, Promise<void>>();

  const wait = async (systemType: string): Promise<void> => {
    const until = performance.now() + PATIENCE_MS;
    // At least one pause: a wait that ended before it was written down would never be forgotten.
    do await timers.pause(LOOK_MS);
    while (!timers.isStopped() && !hasReceiver(systemType) && performance.now() < until);
    waits.delete(systemType);
  };

  return (systemType) => {
    const known = waits.get(systemType) ?? wait(systemType);
    waits.set(systemType, known);
    return known;
  };
};
