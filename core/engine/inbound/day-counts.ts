import { type DayAllowance, dayAt, dayBy, fullDay, isMuchOfDay } from "#core/domain/day-limit.ts";
import type { Route } from "#core/domain/route.ts";
import type { PeriodSum } from "#core/ports/sums.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** People who are remembered, at most, about 200 bytes each. */
const PEOPLE_MAX = 10_000;
/** People whose texts are counted for others at once. */
const COUNTED_MAX = 1_000;

/** Counts what people text in all conversations of a service, by what this process has received. */
export interface DayCounts {
  /** What is left to somebody by then; all, where nothing is known of them. */
  leftTo(person: string, perDay: number, at: number): DayAllowance;
  /** Remembers what is left; `isOneMore`: after one more text. */
  keep(person: string, day: DayAllowance, perDay: number, isOneMore: boolean): void;
  knows(person: string): boolean;
  /** What others have counted of somebody of whom nothing is known here, by hours. */
  learn(person: string, perDay: number, counted: readonly PeriodSum[], at: number): void;
  hasCounts(): boolean;
  /** How many texts were counted here since this was last asked: of those who have used much of a day. */
  takeCounts(): ReadonlyMap<string, number>;
}

interface Person {
  readonly day: DayAllowance;
  /** Texts that no other process knows of. */
  readonly unstored: number;
}

/** Names whoever texts: the same person in all conversations of a service. It holds a real number. */
export const personOf = ({ sender }: Pick<Route, "sender">, serviceId: string | null): string =>
  `${serviceId} ${sender}`;

export const createDayCounts = (): DayCounts => {
  const people = createGenerationalCache<Person>(PEOPLE_MAX);
  let counts = new Map<string, number>();

  /** All that nobody else knows of, once it is much. */
  const tell = (person: string, unstored: number): boolean => {
    const known = counts.get(person);
    if (known === undefined && counts.size >= COUNTED_MAX) return false;
    counts.set(person, (known ?? 0) + unstored);
    return true;
  };

  return {
    leftTo: (person, perDay, at) => {
      const known = people.get(person);
      return known ? dayAt(known.day, perDay, at) : fullDay(perDay, at);
    },
    keep: (person, day, perDay, isOneMore) => {
      const unstored = (people.get(person)?.unstored ?? 0) + (isOneMore ? 1 : 0);
      const isStored = unstored > 0 && isMuchOfDay(day, perDay) && tell(person, unstored);
      people.set(person, { day, unstored: isStored ? 0 : unstored });
    },
    knows: (person) => people.get(person) !== undefined,
    learn: (person, perDay, counted, at) => {
      if (counted.length === 0 || people.get(person) !== undefined) return;
      // breakage: forget-the-day
      people.set(person, { day: dayBy(counted, perDay, at), unstored: 0 });
    },
    hasCounts: () => counts.size > 0,
    takeCounts: () => {
      const taken = counts;
      counts = new Map();
      return taken;
    },
  };
};
