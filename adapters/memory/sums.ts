import type { Addition, Sums } from "#core/ports/sums.ts";
import type { MemoryTables } from "./tables.ts";

export const memorySums = (tables: MemoryTables): Sums => {
  const rowOf = ({ key, from }: Omit<Addition, "count">): Addition =>
    tables.sums.get(`${from} ${key}`) ?? { key, from, count: 0 };
  const add = ({ key, from, count }: Addition): void => {
    const row = rowOf({ key, from });
    tables.sums.set(`${from} ${key}`, { ...row, count: row.count + count });
  };
  const since: Sums["since"] = async (keys, since) =>
    keys.map((wanted) =>
      [...tables.sums.values()]
        .filter(({ key, from }) => key === wanted && from >= since)
        .map(({ from, count }) => ({ from, count }))
        .sort((a, b) => a.from - b.from),
    );
  return {
    since,
    lately: since,
    add: async (additions) => additions.forEach(add),
    addWithin: async (addition, max) => {
      if (rowOf(addition).count + addition.count > max) return false;
      add(addition);
      return true;
    },
  };
};
