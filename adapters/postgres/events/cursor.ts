/** A place in the log. Transaction ids are 64 bits wide and stay text. */
export interface Place {
  readonly era: number;
  readonly xid: string;
  readonly position: string;
  /** Within the row, from 0; -1: before all of it. */
  readonly ordinal: number;
}

const DIGITS = 36;
const CURSOR = /^([0-9a-z]{1,4})_([0-9a-z]{1,13})_([0-9a-z]{1,13})_([0-9a-z]{1,8})$/;

export const cursorOf = ({ era, xid, position, ordinal }: Place): string =>
  [era, BigInt(xid), BigInt(position), ordinal + 1].map((part) => part.toString(DIGITS)).join("_");

/** Null: no cursor of ours. */
export const placeOf = (cursor: string): Place | null => {
  const [, era, xid, position, ordinal] = CURSOR.exec(cursor) ?? [];
  if (era === undefined) return null;
  const place = {
    era: Number.parseInt(era, DIGITS),
    xid: String(bigOf(xid!)),
    position: String(bigOf(position!)),
    ordinal: Number.parseInt(ordinal!, DIGITS) - 1,
  };
  const fits = place.era <= 32_767 && BigInt(place.xid) < 2n ** 63n && BigInt(place.position) < 2n ** 63n;
  return fits ? place : null;
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
