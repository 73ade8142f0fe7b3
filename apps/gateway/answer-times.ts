import { type Buckets, createBuckets } from "#core/structures/buckets.ts";

/** Seconds; carriers answer within tens of milliseconds, and give up after several seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How fast the carrier answers us on one link, and we the carrier, in seconds. Sorted into buckets here, as there are two for every text. */
export interface AnswerTimes {
  readonly submit: Buckets;
  readonly deliver: Buckets;
}

export const createAnswerTimes = (): AnswerTimes => ({
  submit: createBuckets(BOUNDS),
  deliver: createBuckets(BOUNDS),
});
