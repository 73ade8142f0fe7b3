import { HELD_TIMES, HOUR_MS } from "./text-limits.ts";

export const DAY_MS = 24 * HOUR_MS;

/** What is left to one person of a day's texts, over all conversations of a service; less than nothing where texts are held. */
export interface DayAllowance {
  readonly left: number;
  readonly at: number;
}

export const fullDay = (perDay: number, at: number): DayAllowance => ({ left: perDay, at });

/** What is left by now: it grows evenly, up to the limit. */
export const dayAt = ({ left, at }: DayAllowance, perDay: number, now: number): DayAllowance => ({
  left: Math.min(perDay, left + (Math.max(0, now - at) * perDay) / DAY_MS),
  at: Math.max(at, now),
});

/** What is left where so many texts were counted in periods that begin then, in order. */
export const dayBy = (
  counted: readonly { readonly from: number; readonly count: number }[],
  perDay: number,
  now: number,
): DayAllowance => {
  let day = fullDay(perDay, counted[0]?.from ?? now);
  for (const { from, count } of counted) {
    const { left, at } = dayAt(day, perDay, from);
    day = { left: Math.max(0, left - count), at };
  }
  return dayAt(day, perDay, now);
};

/** Whether one more text goes beyond the limit. */
// breakage: text-all-day
export const isDayOver = ({ left }: DayAllowance): boolean => left < 1;

/** Whether as many wait as may: one more is blocked. */
// breakage: hold-days-without-bound
export const isDayFlood = ({ left }: DayAllowance, perDay: number): boolean => left < 1 - HELD_TIMES * perDay;

/** When the day has room for one more, in milliseconds since 1970. */
export const dayTurnOf = ({ left, at }: DayAllowance, perDay: number): number =>
  Math.ceil(at + Math.max(0, ((1 - left) * DAY_MS) / perDay));

/**
 * What is left where others have promised turns up to `heldUntil`. Only the limit of a day makes somebody wait for longer than
 * {@link HELD_TIMES} hours; which limit it was else is not known, and one that is unsure blocks nothing.
 */
export const dayAfterPromises = (day: DayAllowance, perDay: number, heldUntil: number): DayAllowance => {
  const waitMs = heldUntil - day.at;
  if (waitMs <= HELD_TIMES * HOUR_MS) return day;
  const owed = Math.max((-perDay * waitMs) / DAY_MS, 1 - HELD_TIMES * perDay);
  return { left: Math.min(day.left, owed), at: day.at };
};

/** Whether so much was used that it is worth to be remembered: a quarter. */
export const isMuchOfDay = ({ left }: DayAllowance, perDay: number): boolean => left < 0.75 * perDay;
