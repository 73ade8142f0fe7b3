import type { NewParticipant } from "#core/domain/opening.ts";
import {
  type ExceededOpeningLimit,
  leftOf,
  type OpeningLimits,
  periodOf,
  prefixOf,
} from "#core/domain/opening-limits.ts";
import { HOUR_MS } from "#core/domain/text-limits.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";
import type { Sums } from "#core/ports/sums.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { keyedMutex } from "#core/structures/keyed-mutex.ts";

export interface LimitOpeningsPorts {
  readonly sums: Pick<Sums, "add" | "since">;
  readonly events: Pick<Events, "tell">;
  readonly clock: Clock;
}

export interface OpeningAttempt {
  readonly serviceId: string;
  readonly people: readonly [NewParticipant, NewParticipant];
}

/** Bounds how many conversations are opened, by what all processes have opened: of two that count at the same moment, both may pass. */
export interface OpeningWatch {
  /** Null: it may be opened, and counts until it is `takenBack`. */
  admit(attempt: OpeningAttempt, limits: OpeningLimits): Promise<ExceededOpeningLimit | null>;
  /** Nothing was opened after all. */
  takeBack(attempt: OpeningAttempt, limits: OpeningLimits): Promise<void>;
}

/** A limit that is gone beyond is told of once in an hour, by each process. */
const TOLD_MAX = 20_000;

interface Counted {
  readonly limit: ExceededOpeningLimit;
  readonly key: string;
  readonly max: number;
}

export const createOpeningWatch = ({ sums, events, clock }: LimitOpeningsPorts): OpeningWatch => {
  const told = createGenerationalCache<number>(TOLD_MAX);
  const oneByOne = keyedMutex();

  const tell = async (
    { serviceId, people }: OpeningAttempt,
    { limit, max }: Counted,
    at: number,
  ): Promise<void> => {
    const key = `${serviceId} ${limit}`;
    if (at - (told.get(key) ?? Number.NEGATIVE_INFINITY) < HOUR_MS) return;
    told.set(key, at);
    const subject = people[1].country;
    await events.tell([{ type: "abuse.openings", subject, data: { limit, perHour: max }, serviceId, at }]);
  };

  const count = (counted: readonly Counted[], at: number, by: 1 | -1): Promise<void> =>
    sums.add(counted.map(({ key }) => ({ key, from: periodOf(at), count: by })));

  return {
    admit: (attempt, limits) =>
      oneByOne([attempt.serviceId], async () => {
        const at = clock.now();
        const counted = countedFor(attempt, limits);
        const known = await sums.since(
          counted.map(({ key }) => key),
          periodOf(at - HOUR_MS),
        );
        const exceeded = counted.find(({ max }, i) => leftOf(known[i]!, max, at) < 1);
        // breakage: open-without-limit
        if (exceeded) {
          await tell(attempt, exceeded, at);
          return exceeded.limit;
        }
        await count(counted, at, 1);
        return null;
      }),
    takeBack: (attempt, limits) => count(countedFor(attempt, limits), clock.now(), -1),
  };
};

const countedFor = (
  { serviceId, people }: OpeningAttempt,
  { perHour, perPrefix }: OpeningLimits,
): readonly Counted[] => {
  const prefixes = perPrefix === null ? [] : [...new Set(people.map(({ number }) => prefixOf(number)))];
  const counted = prefixes.map((prefix) => ({
    limit: "prefix" as const,
    key: `openings ${serviceId} ${prefix}`,
    max: perPrefix!,
  }));
  return perHour === null
    ? counted
    : [{ limit: "hour", key: `openings ${serviceId}`, max: perHour }, ...counted];
};
