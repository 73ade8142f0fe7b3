import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";

export interface MemoryIdsOptions {
  readonly clock: Clock;
  /** Tells apart the ids of several processes: 0 to 65535. */
  readonly process?: number;
}

/**
 * UUIDs in the layout of version 7 made of the clock, a counter and the process: nothing is left to chance. They keep
 * growing when the clock jumps back. The last octet is spread, since the partition of a thread is taken from it.
 */
export const memoryIds = ({ clock, process = 0 }: MemoryIdsOptions): Ids => {
  let newest = 0;
  let count = 0;
  return {
    next: () => {
      newest = Math.max(newest, clock.now());
      count += 1;
      const time = hex(newest, 12);
      const counter = hex(count, 9);
      const spread = hex((count * 157 + process * 31) % 256, 2);
      return [
        time.slice(0, 8),
        time.slice(8),
        `7${counter.slice(0, 3)}`,
        `8${counter.slice(3, 6)}`,
        `${counter.slice(6)}${hex(process, 4)}000${spread}`,
      ].join("-");
    },
  };
};

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
