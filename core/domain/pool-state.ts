/** Below this share of free numbers a pool is low, and from the other on it is not low any more: between them it stays as it is. */
export const LOW_BELOW = 0.2;
export const ENOUGH_FROM = 0.25;

interface PoolNumbers {
  readonly active: number;
  /** The fewest numbers that its routes need: see `poolNeeds`. */
  readonly minimum: number;
}

export const freeIn = ({ active, minimum }: PoolNumbers): number => Math.max(0, active - minimum);

/** How much of a pool its busiest participant has left: 0 (none) to 1. */
export const headroomOf = ({ active, minimum }: PoolNumbers): number =>
  active === 0 ? 0 : freeIn({ active, minimum }) / active;

export const isLow = (wasLow: boolean, headroom: number): boolean =>
  headroom < (wasLow ? ENOUGH_FROM : LOW_BELOW);
