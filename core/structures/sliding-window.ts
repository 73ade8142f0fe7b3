import {
  addRecent,
  createRecentCount,
  forgetUntil,
  momentOfOldest,
  newestMoment,
  type RecentCount,
} from "./recent-count.ts";

/**
 * The one-second window. The two milliseconds beyond it are for a clock that shows whole ones (one) and that the system may
 * slow down or hurry along by half a thousandth (the other).
 */
export const WINDOW_MS = 1_002;

/**
 * The slots of a limit: each message takes one when it leaves, and the slot is free again a window after the message was
 * answered. Between leaving and answer it may arrive at any instant, so two messages that use the same slot are a second
 * apart for the carrier, however long either was on its way. Nothing less would do: a message may arrive just before its
 * answer leaves, and the next one at once.
 *
 * Promise: in any second, the carrier is reached by no more messages than the limit in force at the last departure (one,
 * where the limit is below one a second; they are then `1 / limit` seconds apart).
 */
export interface SlidingWindow {
  /** Messages without an answer yet. */
  underWay: number;
  /** Slots that are not free yet although their messages have been answered. */
  cooling: RecentCount;
}

export const createSlidingWindow = (): SlidingWindow => ({ underWay: 0, cooling: createRecentCount() });

/**
 * The moment from which a message may leave: `at` if now. While too few are answered it is the earliest possible one: ask
 * again then. `at`: milliseconds, never less than before. `perSecond`: 0 or more, also infinite.
 */
export const slotFreeAt = (window: SlidingWindow, perSecond: number, at: number): number => {
  const spanMs = WINDOW_MS / Math.min(1, perSecond);
  const { cooling, underWay } = window;
  forgetUntil(cooling, at - spanMs);
  const missing = underWay + cooling.total + 1 - slotsOf(perSecond);
  if (missing <= 0) return at;
  return missing <= cooling.total ? momentOfOldest(cooling, missing) + spanMs : at + spanMs;
};

/** A message leaves: only when {@link slotFreeAt} says so. */
export const takeSlot = (window: SlidingWindow): void => {
  window.underWay += 1;
};

/** Messages were answered, or their answers have been given up. */
export const giveBackSlots = (window: SlidingWindow, slots: number, at: number): void => {
  window.underWay -= slots;
  addRecent(window.cooling, slots, at);
};

/**
 * Keeps slots back as if messages had been answered at `at`, now or before: somebody else may have used them until then. Not before what
 * is cooling already, which leaves first.
 */
export const coolSlots = (window: SlidingWindow, slots: number, at: number): void => {
  if (at === Number.NEGATIVE_INFINITY) return;
  addRecent(window.cooling, slots, Math.max(at, newestMoment(window.cooling)));
};

/** Whether it might as well be forgotten. */
export const isIdle = (window: SlidingWindow, perSecond: number, at: number): boolean =>
  slotFreeAt(window, perSecond, at) <= at && window.underWay + window.cooling.total === 0;

/** How many messages may be on their way at the same time. */
export const slotsOf = (perSecond: number): number =>
  perSecond < 1 ? Math.ceil(perSecond) : Math.floor(perSecond);
