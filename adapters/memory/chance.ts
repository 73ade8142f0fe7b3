import type { Chance } from "#core/ports/chance.ts";

/** Chance that follows from its seed (an integer): mulberry32, by Tommy Ettinger, in the public domain. */
export const memoryChance = (seed: number): Chance => {
  let state = seed | 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
};
