import type { NewParticipant } from "#core/domain/opening.ts";
import { type ExceededOpeningLimit, type OpeningLimits, prefixOf } from "#core/domain/opening-limits.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { createTokenBucket, type TokenBucket, takeToken } from "#core/structures/token-bucket.ts";

export interface LimitOpeningsPorts {
  readonly events: Pick<Events, "tell">;
  readonly clock: Clock;
}

export interface OpeningAttempt {
  readonly serviceId: string;
  readonly people: readonly [NewParticipant, NewParticipant];
}

/** Bounds how many conversations are opened; counts what this process has opened, so that a limit that is unsure lets pass. */
export interface OpeningWatch {
  /** Null: it may be opened, and counts until it is `takenBack`. */
  admit(attempt: OpeningAttempt, limits: OpeningLimits): Promise<ExceededOpeningLimit | null>;
  /** Nothing was opened after all. */
  takeBack(attempt: OpeningAttempt, limits: OpeningLimits): void;
}

/** Services and prefixes that are counted at once, about 200 bytes each. */
const COUNTED_MAX = 20_000;
const HOUR_SECONDS = 3_600;
const HOUR_MS = HOUR_SECONDS * 1_000;

export const createOpeningWatch = ({ events, clock }: LimitOpeningsPorts): OpeningWatch => {
  const buckets = createGenerationalCache<TokenBucket>(COUNTED_MAX);
  const told = createGenerationalCache<number>(COUNTED_MAX);

  /** As many at once as in the whole hour. */
  const bucketOf = (key: string, perHour: number): TokenBucket => {
    const known = buckets.get(key);
    if (known?.capacity === perHour) return known;
    const bucket = {
      ...createTokenBucket(perHour / HOUR_SECONDS, clock.now()),
      ...{ capacity: perHour, tokens: perHour },
    };
    buckets.set(key, bucket);
    return bucket;
  };

  const bucketsOf = (
    { serviceId, people }: OpeningAttempt,
    { perHour, perPrefix }: OpeningLimits,
  ): readonly { readonly limit: ExceededOpeningLimit; readonly bucket: TokenBucket }[] => {
    const prefixes = perPrefix === null ? [] : [...new Set(people.map(({ number }) => prefixOf(number)))];
    const counted = prefixes.map((prefix) => ({
      limit: "prefix" as const,
      bucket: bucketOf(`${serviceId} ${prefix}`, perPrefix!),
    }));
    return perHour === null ? counted : [{ limit: "hour", bucket: bucketOf(serviceId, perHour) }, ...counted];
  };

  const giveBack = (bucket: TokenBucket): void => {
    bucket.tokens = Math.min(bucket.capacity, bucket.tokens + 1);
  };

  /** Once an hour. */
  const tell = async (
    { serviceId, people }: OpeningAttempt,
    limit: ExceededOpeningLimit,
    max: number,
  ): Promise<void> => {
    const at = clock.now();
    const key = `${serviceId} ${limit}`;
    if (at - (told.get(key) ?? Number.NEGATIVE_INFINITY) < HOUR_MS) return;
    told.set(key, at);
    const subject = people[1].country;
    await events.tell([{ type: "abuse.openings", subject, data: { limit, perHour: max }, serviceId, at }]);
  };

  return {
    admit: async (attempt, limits) => {
      const taken: TokenBucket[] = [];
      for (const { limit, bucket } of bucketsOf(attempt, limits)) {
        // breakage: open-without-limit
        if (takeToken(bucket, clock.now())) {
          taken.push(bucket);
          continue;
        }
        for (const each of taken) giveBack(each);
        await tell(attempt, limit, bucket.capacity);
        return limit;
      }
      return null;
    },
    takeBack: (attempt, limits) => {
      for (const { bucket } of bucketsOf(attempt, limits)) giveBack(bucket);
    },
  };
};
