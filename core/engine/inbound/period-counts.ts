import type { Addition } from "#core/ports/sums.ts";

/** What was counted here and no other process knows of yet, by the period in which it was. */
export interface PeriodCounts {
  /** `from`: when the period begins. Answers whether it is remembered; not where too much is. */
  add(key: string, from: number, count: number): boolean;
  hasAny(): boolean;
  /** All since this was last asked. */
  take(): readonly Addition[];
}

/** `max`: keys and periods that are remembered at once. */
export const createPeriodCounts = (max: number): PeriodCounts => {
  let rows = new Map<string, Addition>();
  return {
    add: (key, from, count) => {
      const known = rows.get(`${from} ${key}`);
      if (known === undefined && rows.size >= max) return false;
      rows.set(`${from} ${key}`, { key, from, count: (known?.count ?? 0) + count });
      return true;
    },
    hasAny: () => rows.size > 0,
    take: () => {
      const taken = [...rows.values()];
      rows = new Map();
      return taken;
    },
  };
};
