/** How often values were up to each bound: what a histogram needs, for a few additions a value. */
export interface Buckets {
  observe(value: number): void;
  read(): BucketCounts;
}

export interface BucketCounts {
  /** Ascending. */
  readonly bounds: readonly number[];
  /** Values up to each bound and above the one before; the last one counts those above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** `bounds`: ascending. */
export const createBuckets = (bounds: readonly number[]): Buckets => {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  let sum = 0;
  return {
    observe: (value) => {
      let place = 0;
      while (place < bounds.length && value > bounds[place]!) place += 1;
      counts[place]! += 1;
      sum += value;
    },
    read: () => ({ bounds, counts: [...counts], sum }),
  };
};
