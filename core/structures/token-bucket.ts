/**
 * Lets so many through in a burst, and then as many a second as are refilled. Moments are milliseconds of a clock that never goes back.
 * Changed in place by the functions of this file; whoever created it owns it.
 */
export interface TokenBucket {
  /** Tokens a second, and the most that gather: more than 0. */
  readonly perSecond: number;
  readonly capacity: number;
  tokens: number;
  filledAt: number;
}

/** Full at first. `perSecond`: more than 0; a bucket holds those of one second, and one at least. */
export const createTokenBucket = (perSecond: number, at: number): TokenBucket => {
  const capacity = Math.max(1, perSecond);
  return { perSecond, capacity, tokens: capacity, filledAt: at };
};

/** Takes one token if there is one. */
export const takeToken = (bucket: TokenBucket, at: number): boolean => {
  fill(bucket, at);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
};

/** Milliseconds until there is a token; 0: there is one. */
export const tokenInMs = (bucket: TokenBucket, at: number): number => {
  fill(bucket, at);
  return bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) / bucket.perSecond) * 1_000);
};

/** Milliseconds until nothing more gathers. */
export const fullInMs = (bucket: TokenBucket, at: number): number => {
  fill(bucket, at);
  return Math.ceil(((bucket.capacity - bucket.tokens) / bucket.perSecond) * 1_000);
};

const fill = (bucket: TokenBucket, at: number): void => {
  const passedMs = Math.max(0, at - bucket.filledAt);
  bucket.tokens = Math.min(bucket.capacity, bucket.tokens + (passedMs * bucket.perSecond) / 1_000);
  bucket.filledAt += passedMs;
};
