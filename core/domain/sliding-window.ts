/**
 * The one-second window, with room for five hundredths of delay on the way: what leaves us evenly may arrive bunched, and
 * it is the carrier who counts. It costs a twentieth of the nominal rate.
 */
export const WINDOW_MS = 1_050;

/** Most moments remembered. Above so many messages a second, one moment stands for a group of messages. */
export const WINDOW_SLOTS_MAX = 8_192;

/**
 * The moments of the last messages, in a ring. Changed in place, by the functions of this file alone, since it is asked
 * for every message. A limit goes with each question, so it can change from one to the next.
 *
 * Promise: the messages taken within any {@link WINDOW_MS} are never more than the limit in force at the last of them (one,
 * where the limit is below one a second; they are then `1 / limit` apart).
 */
export interface SlidingWindow {
  /** Messages that share a slot; the slot holds the moment of the last of them, so that it expires late, never early. */
  groupSize: number;
  stamps: Float64Array;
  /** The slot of the group being filled. */
  head: number;
  /** Messages in that group. */
  filled: number;
  lastTakenAt: number;
}

/** `perSecondMax`: the highest limit it will be asked with, finite. */
export const createSlidingWindow = (perSecondMax: number): SlidingWindow => {
  const groupSize = groupSizeFor(perSecondMax);
  return {
    groupSize,
    stamps: new Float64Array(slotsFor(perSecondMax, groupSize)).fill(Number.NEGATIVE_INFINITY),
    head: 0,
    filled: groupSize,
    lastTakenAt: Number.NEGATIVE_INFINITY,
  };
};

/** Takes one message's place, if there is one at `now` (milliseconds, never less than before). */
export const takeSlot = (window: SlidingWindow, perSecond: number, now: number): boolean => {
  if (freeFrom(window, perSecond) > now) return false;
  if (window.filled === window.groupSize) {
    window.head = (window.head + 1) % window.stamps.length;
    window.filled = 0;
  }
  window.filled += 1;
  window.stamps[window.head] = now;
  window.lastTakenAt = now;
  return true;
};

/** The moment from which {@link takeSlot} succeeds; may be past. */
export const freeFrom = (window: SlidingWindow, perSecond: number): number => {
  const { stamps, groupSize } = window;
  const slot = window.filled === groupSize ? window.head + 1 : window.head;
  const groups = Math.min(Math.max(1, Math.floor(perSecond / groupSize)), stamps.length - 1);
  const oldest = stamps[(slot - groups + stamps.length) % stamps.length]!;
  return oldest + (perSecond < 1 ? WINDOW_MS / perSecond : WINDOW_MS);
};

/** Makes room for a higher limit. Nothing taken is forgotten: where groups change size, all counts as taken just now. */
export const resizeSlidingWindow = (window: SlidingWindow, perSecondMax: number): void => {
  const groupSize = groupSizeFor(perSecondMax);
  const slots = slotsFor(perSecondMax, groupSize);
  if (groupSize !== window.groupSize) {
    window.groupSize = groupSize;
    window.stamps = new Float64Array(slots).fill(window.lastTakenAt);
    window.head = 0;
    window.filled = groupSize;
  } else if (slots > window.stamps.length) {
    const { stamps, head } = window;
    const fromOldest = [...stamps.subarray(head + 1), ...stamps.subarray(0, head + 1)];
    // What the ring has forgotten is no younger than the oldest it remembers.
    window.stamps = new Float64Array(slots).fill(fromOldest[0]!);
    window.stamps.set(fromOldest);
    window.head = stamps.length - 1;
  }
};

const groupSizeFor = (perSecondMax: number): number =>
  Math.max(1, Math.ceil(Math.floor(perSecondMax) / WINDOW_SLOTS_MAX));

/** One slot more than groups, for the group being filled. */
const slotsFor = (perSecondMax: number, groupSize: number): number =>
  Math.max(1, Math.floor(perSecondMax / groupSize)) + 1;
