import { answered, type Rate, succeeded, take, throttled } from "#core/structures/rate.ts";

/** Whether a carrier takes one more message at an instant, in milliseconds. */
export type Limiter = (at: number) => boolean;

/** Counts in intervals of a second that begin with a message, as Vonage does ("MAX [ 30 ] INTERVAL [ 1000 ]"). */
export const byInterval = (perSecond: number): Limiter => {
  let startedAt = Number.NEGATIVE_INFINITY;
  let count = 0;
  return (at) => {
    if (at - startedAt >= 1_000) {
      startedAt = at;
      count = 0;
    }
    count += 1;
    return count <= perSecond;
  };
};

/** Counts what it has taken within the last second. */
export const byLastSecond = (perSecond: number): Limiter => {
  const acceptedAt: number[] = [];
  return (at) => {
    const first = acceptedAt.at(-perSecond);
    if (first !== undefined && first > at - 1_000) return false;
    acceptedAt.push(at);
    return true;
  };
};

export interface Traffic {
  readonly rate: Rate;
  readonly limiter: Limiter;
  readonly roundTripMs: number;
  readonly endMs: number;
  /** What the pauses are drawn with. */
  readonly chance: number;
  /** Most messages under way. */
  readonly window?: number;
}

/** A sender that never runs out of messages, and a carrier that refuses what its limiter does not let pass. */
export const sendAgainst = ({ rate, limiter, roundTripMs, endMs, chance, window = 50 }: Traffic) => {
  const acceptedAt: number[] = [];
  const refusedAt: number[] = [];
  const answers: {
    readonly due: number;
    readonly number: number;
    readonly leftAt: number;
    readonly passes: boolean;
  }[] = [];
  for (let now = 0; now < endMs; now += 1) {
    while (answers.length > 0 && answers[0]!.due <= now) {
      const { number, leftAt, passes } = answers.shift()!;
      answered(rate, 1, now);
      if (passes) succeeded(rate, number, now);
      else throttled(rate, { number, messages: 1, leftAt }, now, chance);
    }
    while (answers.length < window && take(rate, now)) {
      const passes = limiter(now);
      (passes ? acceptedAt : refusedAt).push(now);
      answers.push({ due: now + roundTripMs, number: rate.taken, leftAt: now, passes });
    }
  }
  return { acceptedAt, refusedAt };
};
