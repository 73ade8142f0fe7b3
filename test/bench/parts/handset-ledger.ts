import type { Way } from "./traffic-plan.ts";

/** What became of the texts of a run. All but the first two should be 0. */
export interface Findings {
  readonly acknowledged: number;
  /** Texts that came to a handset, each counted once. */
  readonly arrived: number;
  /** Acknowledged, but never seen at a handset. */
  readonly lost: number;
  readonly duplicates: number;
  /** At another handset than the right one, or from another number. */
  readonly misrouted: number;
  /** Seen for the first time after a later one of the same direction. */
  readonly outOfOrder: number;
}

/** Follows every text, by its number, from the acknowledgement to the handset. */
export interface HandsetLedger {
  acknowledged(number: number): void;
  arrived(number: number, source: string, destination: string): void;
  /** How many arrivals there were, repeated ones too. */
  arrivals(): number;
  /** Acknowledged and not arrived. */
  open(): number;
  findings(): Findings;
}

const ACKNOWLEDGED = 1;
const ARRIVED = 2;

/** Text number n belongs to direction `n % pairs`. */
export const handsetLedger = (pairs: number, wayOfText: (number: number) => Way): HandsetLedger => {
  let marks = new Uint8Array(1 << 20);
  const newest = new Int32Array(pairs).fill(-1);
  let acknowledged = 0;
  let arrivals = 0;
  let seen = 0;
  let both = 0;
  let misrouted = 0;
  let outOfOrder = 0;

  const mark = (number: number, bit: number): boolean => {
    if (number >= marks.length) {
      const larger = new Uint8Array(marks.length * 2);
      larger.set(marks);
      marks = larger;
    }
    const before = marks[number]!;
    if ((before & bit) !== 0) return false;
    marks[number] = before | bit;
    if (before !== 0) both += 1;
    return true;
  };

  return {
    acknowledged: (number) => {
      if (mark(number, ACKNOWLEDGED)) acknowledged += 1;
    },
    arrived: (number, source, destination) => {
      arrivals += 1;
      const way = wayOfText(number);
      if (way.source !== source || way.destination !== destination) misrouted += 1;
      if (!mark(number, ARRIVED)) return;
      seen += 1;
      const place = number % pairs;
      const round = Math.floor(number / pairs);
      if (round < newest[place]!) outOfOrder += 1;
      else newest[place] = round;
    },
    arrivals: () => arrivals,
    open: () => acknowledged - both,
    findings: () => ({
      acknowledged,
      arrived: seen,
      lost: acknowledged - both,
      duplicates: arrivals - seen,
      misrouted,
      outOfOrder,
    }),
  };
};
