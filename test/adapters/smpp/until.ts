import { setTimeout as pause } from "node:timers/promises";

/** Looks again and again until `condition` holds, or fails: what another process or a socket does cannot be awaited otherwise. */
export const until = async (condition: () => boolean, what: string, deadlineMs = 5_000): Promise<void> => {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Cannot see in time that ${what}`);
    await pause(2);
  }
};
