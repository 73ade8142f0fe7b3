/** A place in the log. Transaction ids are 64 bits wide and stay text. */
export interface Place {
  readonly era: number;
  readonly xid: string;
  readonly position: string;
  /** Within the row, from 0; -1: before all of it. */
  readonly ordinal: number;
}

const DIGITS = 36;
const CURSOR = /^([0-9a-z]{1,4})_([0-9a-z]{1,13})_([0-9a-z]{1,13})_([0-9a-z]{1,8})(?:_([0-9a-z]{1,6}))?$/;

/** The tags of all eras that there are, by number: 0 where it has none. */
export type EraTags = ReadonlyMap<number, number>;

export const cursorOf = ({ era, xid, position, ordinal }: Place, tags: EraTags): string => {
  const tag = tags.get(era) ?? 0;
  return [era, BigInt(xid), BigInt(position), ordinal + 1, ...(tag === 0 ? [] : [tag])]
    .map((part) => part.toString(DIGITS))
    .join("_");
};

/**
 * Null: no cursor of ours. One from an era that a restore took back stands where the one began that came instead: what was read in the lost
 * one was another story.
 */
export const placeOf = (cursor: string, tags: EraTags): Place | null => {
  const [, era, xid, position, ordinal, tag] = CURSOR.exec(cursor) ?? [];
  if (era === undefined) return null;
  const place = {
    era: Number.parseInt(era, DIGITS),
    xid: String(bigOf(xid!)),
    position: String(bigOf(position!)),
    ordinal: Number.parseInt(ordinal!, DIGITS) - 1,
  };
  const fits = place.era <= 32_767 && BigInt(place.xid) < 2n ** 63n && BigInt(place.position) < 2n ** 63n;
  if (!fits) return null;
  if (tag === undefined || tags.get(place.era) === Number.parseInt(tag, DIGITS)) return place;
  // breakage: believe-lost-eras
  return { era: Math.min(place.era, Math.max(...tags.keys())), xid: "0", position: "0", ordinal: -1 };
};

const bigOf = (text: string): bigint =>
  [...text].reduce((sum, digit) => sum * BigInt(DIGITS) + BigInt(Number.parseInt(digit, DIGITS)), 0n);

/** Whether a place lies before another one. */
export const isBefore = (a: Place, b: Place): boolean => {
  if (a.era !== b.era) return a.era < b.era;
  if (a.xid !== b.xid) return BigInt(a.xid) < BigInt(b.xid);
  if (a.position !== b.position) return BigInt(a.position) < BigInt(b.position);
  return a.ordinal < b.ordinal;
};
