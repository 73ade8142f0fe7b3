import { DAY_MS, type LocalMinutes, MINUTE_MS, type Offset, offsetsOf } from "./local-time.ts";

/** As in the rules: the position is the one of `Date`. */
export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** When texts that advertise are kept from people, by the clocks where these are. */
export interface QuietHours {
  /** "20:00": from then on it is quiet, until `to`; over midnight where `to` is earlier. They differ. */
  readonly from: string;
  readonly to: string;
  /** Days that are quiet as a whole; not all of them. */
  readonly days: readonly Weekday[];
}

/** Milliseconds since 1970; `until` does not belong to it. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

const DAY_MINUTES = 1_440;
/** 1970 began on a Thursday. */
const FIRST_WEEKDAY = 4;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

interface Place {
  readonly offsets: readonly Offset[];
}

const dayOf = (local: LocalMinutes): number => Math.floor(local / DAY_MINUTES);

/** Whether it is quiet where clocks show this. */
export const isQuiet = ({ from, to, days }: QuietHours, local: LocalMinutes): boolean => {
  const day = dayOf(local);
  // breakage: advertise-on-quiet-days
  if (days.includes(WEEKDAYS[(day + FIRST_WEEKDAY) % 7]!)) return true;
  const [minute, start, end] = [local - day * DAY_MINUTES, minutesOf(from), minutesOf(to)];
  // breakage: advertise-at-night
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
};

/** The times between two instants in which it is quiet in none of the time zones, in order and apart. At least one zone. */
export const windowsBetween = (
  rule: QuietHours,
  zones: readonly string[],
  from: number,
  until: number,
): readonly Window[] => {
  const places = zones.map((zone): Place => ({ offsets: offsetsOf(zone, from, until) }));
  const cuts = new Set([from, until]);
  for (const place of places) for (const cut of cutsOf(rule, place, from, until)) cuts.add(cut);
  const ordered = [...cuts].toSorted((a, b) => a - b);
  const windows: Window[] = [];
  for (let at = 0; at + 1 < ordered.length; at += 1) {
    const [start, end] = [ordered[at]!, ordered[at + 1]!];
    // breakage: ask-one-time-zone
    if (!places.every((place) => !isQuiet(rule, localAt(place, start)))) continue;
    const before = windows.at(-1);
    if (before?.until === start) windows[windows.length - 1] = { from: before.from, until: end };
    else windows.push({ from: start, until: end });
  }
  return windows;
};

const localAt = ({ offsets }: Place, at: number): LocalMinutes =>
  Math.floor((at + offsets.findLast(({ from }) => from <= at)!.ms) / MINUTE_MS);

/** Where something may change: when clocks are changed, at midnight, and when the quiet begins and ends. */
const cutsOf = function* (
  rule: QuietHours,
  { offsets }: Place,
  from: number,
  until: number,
): Generator<number> {
  const minutes = [0, minutesOf(rule.from), minutesOf(rule.to)];
  for (const [at, offset] of offsets.entries()) {
    const end = offsets[at + 1]?.from ?? until;
    if (offset.from > from) yield offset.from;
    for (let day = Math.floor((offset.from + offset.ms) / DAY_MS); day * DAY_MS - offset.ms < end; day += 1)
      for (const minute of minutes) {
        const cut = day * DAY_MS + minute * MINUTE_MS - offset.ms;
        if (cut > offset.from && cut < end) yield cut;
      }
  }
};
