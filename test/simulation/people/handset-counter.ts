import type { Random } from "#test/simulation/random.ts";

/** Numbers the long texts of handsets: some count, some begin at 0 again after each start, some use one number for all. */
export const createHandsetCounters = () => {
  const last = new Map<string, number>();

  return (handset: string, random: Random): number => {
    const before = last.get(handset);
    const next = nextOf(Number(handset.at(-1)) % 3, before, random);
    last.set(handset, next);
    return next;
  };
};

const nextOf = (kind: number, before: number | undefined, random: Random): number => {
  if (kind === 0) return 0;
  if (before === undefined || (kind === 1 && random.chance(0.4))) return 0;
  return (before + 1) % 256;
};
