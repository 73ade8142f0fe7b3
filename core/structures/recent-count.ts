/**
 * How many of something there were lately, in a ring of moments. Changed in place by the functions of this file alone, since
 * it is asked for every message. Moments are whole milliseconds, rounded up, so that nothing is forgotten early; so the ring
 * never grows beyond the milliseconds that are remembered.
 */
export interface RecentCount {
  total: number;
  moments: Float64Array;
  counts: Float64Array;
  /** Where the oldest moment is, and how many there are. */
  first: number;
  length: number;
}

const ROOM_FIRST = 4;

export const createRecentCount = (): RecentCount => ({
  total: 0,
  moments: new Float64Array(ROOM_FIRST),
  counts: new Float64Array(ROOM_FIRST),
  first: 0,
  length: 0,
});

/** `at`: milliseconds, never less than before. */
export const addRecent = (recent: RecentCount, count: number, at: number): void => {
  const moment = Math.ceil(at);
  const newest = place(recent, recent.length - 1);
  recent.total += count;
  if (recent.length > 0 && recent.moments[newest] === moment) {
    recent.counts[newest]! += count;
    return;
  }
  if (recent.length === recent.moments.length) grow(recent);
  const next = place(recent, recent.length);
  recent.moments[next] = moment;
  recent.counts[next] = count;
  recent.length += 1;
};

/** Takes back some of those of a moment, as far as they are remembered. */
export const removeRecent = (recent: RecentCount, count: number, at: number): void => {
  const moment = Math.ceil(at);
  for (let i = recent.length - 1; i >= 0 && recent.moments[place(recent, i)]! >= moment; i -= 1) {
    const there = place(recent, i);
    if (recent.moments[there] !== moment) continue;
    const removed = Math.min(count, recent.counts[there]!);
    recent.counts[there]! -= removed;
    recent.total -= removed;
  }
};

/** Forgets everything up to and including a moment. */
export const forgetUntil = (recent: RecentCount, moment: number): void => {
  while (recent.length > 0 && recent.moments[recent.first]! <= moment) {
    recent.total -= recent.counts[recent.first]!;
    recent.first = place(recent, 1);
    recent.length -= 1;
  }
};

/** The moment of the last of the `count` oldest; infinity where there are not so many. */
export const momentOfOldest = (recent: RecentCount, count: number): number => {
  let rest = count;
  for (let i = 0; i < recent.length; i += 1) {
    const at = place(recent, i);
    rest -= recent.counts[at]!;
    if (rest <= 0) return recent.moments[at]!;
  }
  return Number.POSITIVE_INFINITY;
};

/** The moment of the newest; minus infinity where there is none. */
export const newestMoment = (recent: RecentCount): number =>
  recent.length === 0 ? Number.NEGATIVE_INFINITY : recent.moments[place(recent, recent.length - 1)]!;

/** Where the `i`-th oldest is: the room is a power of two. */
const place = ({ first, moments }: RecentCount, i: number): number => (first + i) & (moments.length - 1);

const grow = (recent: RecentCount): void => {
  const { moments, counts } = recent;
  const larger = {
    moments: new Float64Array(2 * moments.length),
    counts: new Float64Array(2 * counts.length),
  };
  for (let i = 0; i < recent.length; i += 1) {
    larger.moments[i] = moments[place(recent, i)]!;
    larger.counts[i] = counts[place(recent, i)]!;
  }
  Object.assign(recent, larger, { first: 0 });
};
