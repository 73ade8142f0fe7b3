/** The time of day somewhere, in whole minutes since 1970 as its clocks show them: for a day 1,440. */
export type LocalMinutes = number;

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** How much clocks are ahead of UTC from an instant on, in milliseconds. */
export interface Offset {
  readonly from: number;
  readonly ms: number;
}

/** One for each time zone that was asked for: there are some four hundred in all. */
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  const parts = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...parts });
  formats.set(zone, format);
  return format;
};

/** A place in the IANA time zone database, such as `Europe/Paris`. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
};

/** Milliseconds since 1970; whole minutes, as all offsets are by now. */
const offsetAt = (zone: string, at: number): number => {
  const read = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year, month, day] = [read.get("year")!, read.get("month")!, read.get("day")!];
  const shown = Date.UTC(year, month - 1, day, read.get("hour")!, read.get("minute")!);
  return shown - Math.floor(at / MINUTE_MS) * MINUTE_MS;
};

/** The offset at the beginning, and each change before the end. No place changes its clocks twice in a day. */
export const offsetsOf = (zone: string, from: number, until: number): readonly Offset[] => {
  const offsets: Offset[] = [{ from, ms: offsetAt(zone, from) }];
  for (let at = from; at < until; at += DAY_MS) {
    const ms = offsetAt(zone, at + DAY_MS);
    const before = offsets.at(-1)!.ms;
    if (ms !== before) offsets.push({ from: changeBetween(zone, at, at + DAY_MS, before), ms });
  }
  return offsets.filter((offset) => offset.from < until);
};

const changeBetween = (zone: string, from: number, until: number, before: number): number => {
  let [low, high] = [Math.floor(from / MINUTE_MS), Math.ceil(until / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
};
