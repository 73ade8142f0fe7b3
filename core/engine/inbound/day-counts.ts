import { DAY_MS, type DayAllowance, dayAt, dayBy, fullDay, isMuchOfDay } from "#core/domain/day-limit.ts";
import type { Route } from "#core/domain/route.ts";
import { HOUR_MS } from "#core/domain/text-limits.ts";
import type { PeriodSum } from "#core/ports/sums.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { createPeriodCounts, type PeriodCounts } from "./period-counts.ts";

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
  /** Texts that were counted here, of those who have used much of a day; by hours. */
  readonly unstored: Pick<PeriodCounts, "hasAny" | "take">;
}

interface Person {
  readonly day: DayAllowance;
  /** Texts that no other process knows of, by hours: so few that nobody needs to. */
  readonly few: readonly PeriodSum[];
}

/** Names whoever texts: the same person in all conversations of a service. It holds a real number. */
export const personOf = ({ sender }: Pick<Route, "sender">, serviceId: string | null): string =>
  `${serviceId} ${sender}`;

export const createDayCounts = (): DayCounts => {
  const people = createGenerationalCache<Person>(PEOPLE_MAX);
  const unstored = createPeriodCounts(COUNTED_MAX);

  /** What there is no room for may be remembered next time. */
  const tell = (person: string, few: readonly PeriodSum[]): readonly PeriodSum[] =>
    few.filter(({ from, count }) => !unstored.add(person, from, count));

  return {
    leftTo: (person, perDay, at) => {
      const known = people.get(person);
      return known ? dayAt(known.day, perDay, at) : fullDay(perDay, at);
    },
    keep: (person, day, perDay, isOneMore) => {
      const known = people.get(person)?.few ?? [];
      const few = isOneMore ? oneMore(known, day.at) : known;
      people.set(person, { day, few: isMuchOfDay(day, perDay) ? tell(person, few) : few });
    },
    knows: (person) => people.get(person) !== undefined,
    learn: (person, perDay, counted, at) => {
      if (counted.length === 0 || people.get(person) !== undefined) return;
      // breakage: forget-the-day
      people.set(person, { day: dayBy(counted, perDay, at), few: [] });
    },
    unstored,
  };
};

/** Those of a day ago count no more. */
const oneMore = (few: readonly PeriodSum[], at: number): readonly PeriodSum[] => {
  const hour = at - (at % HOUR_MS);
  const count = few.find(({ from }) => from === hour)?.count ?? 0;
  const others = few.filter(({ from }) => from !== hour && from > at - DAY_MS);
  return [...others, { from: hour, count: count + 1 }];
};
