import {
  addRecent,
  createRecentCount,
  forgetUntil,
  momentOfOldest,
  type RecentCount,
  removeRecent,
} from "./recent-count.ts";
import {
  coolSlots,
  createSlidingWindow,
  giveBackSlots,
  type SlidingWindow,
  slotFreeAt,
  slotsOf,
  takeSlot,
  WINDOW_MS,
} from "./sliding-window.ts";

/** The first pause after the carrier said "too fast"; it doubles with every probe that fails. */
export const PAUSE_FIRST_MS = 100;

/**
 * The longest pause, and the time after which the carrier is tried with a little more than it took before. Three to seven such
 * trials a second burden no carrier, and the end of its throttling is noticed early enough to be at full rate within a
 * second.
 */
export const PAUSE_MAX_MS = 300;

/** A carrier's own wish (HTTP Retry-After) is followed up to this. */
export const PAUSE_HINT_MAX_MS = 60_000;

/** A probe whose answer never comes is followed by another one. */
export const PROBE_PATIENCE_MS = 1_000;

/**
 * How fast messages may leave: at most `nominal` in any second (see {@link SlidingWindow}), less while the carrier throttles.
 * Then it pauses and lets one message through as a probe, and so on until an answer is not "too fast". From there it goes
 * on under a ceiling: as many a second as the carrier took in the second before, which is the carrier's own limit. After
 * a while the ceiling grows by one, then by two, four, … whenever what filled it has got through.
 *
 * All moments are milliseconds and never less than before. Changed in place by the functions of this file; whoever created
 * it owns it.
 */
export interface Rate {
  nominalPerSecond: number;
  window: SlidingWindow;
  /** Left within the last second, and not refused as too fast. */
  sent: RecentCount;
  /** Messages that left so far. Each is known by the number that it was. */
  taken: number;
  /** Most messages within the last second; infinite where the carrier is not known to have a limit below ours. */
  ceiling: number;
  /** By how much it grows next. */
  growth: number;
  /** From when on it may grow, once it is full; infinite until what filled it last has got through. */
  growsFrom: number;
  /** The message that filled it since it grew; infinite while there is room. */
  filledBy: number;
  isThrottled: boolean;
  /** The last message that left before that. */
  throttledAfter: number;
  pauseMs: number;
  resumesAt: number;
  /** When the probe left whose answer is awaited, or null. */
  probedAt: number | null;
}

/** `nominalPerSecond`: 0 or more; fractions below 1 are slow rates, infinity is unlimited, others are rounded down. */
export const createRate = (nominalPerSecond: number): Rate => ({
  nominalPerSecond: checked(nominalPerSecond),
  window: createSlidingWindow(),
  sent: createRecentCount(),
  taken: 0,
  ceiling: Number.POSITIVE_INFINITY,
  growth: 1,
  growsFrom: 0,
  filledBy: Number.POSITIVE_INFINITY,
  isThrottled: false,
  throttledAfter: 0,
  pauseMs: PAUSE_FIRST_MS,
  resumesAt: 0,
  probedAt: null,
});

/** May one message leave? If so it is counted, as under way until it is {@link answered}; its number is `taken` then. */
export const take = (rate: Rate, at: number): boolean => {
  if (availableAt(rate, at) > at) return false;
  if (isFull(rate)) raiseCeiling(rate);
  takeSlot(rate.window);
  forgetUntil(rate.sent, at - WINDOW_MS);
  addRecent(rate.sent, 1, at);
  rate.taken += 1;
  if (isFull(rate)) rate.filledBy = Math.min(rate.filledBy, rate.taken);
  if (rate.isThrottled) rate.probedAt = at;
  return true;
};

/** The first moment at which {@link take} may succeed: `at` if now. An answer may change it. */
export const availableAt = (rate: Rate, at: number): number => {
  const free = Math.max(slotFreeAt(rate.window, rate.nominalPerSecond, at), belowCeilingAt(rate, at));
  return rate.isThrottled ? Math.max(free, probesFrom(rate)) : free;
};

/** Messages were answered, or their answers are given up. */
export const answered = (rate: Rate, messages: number, at: number): void => {
  giveBackSlots(rate.window, messages, at);
};

/** The carrier answered message `number` by anything but "too fast". */
export const succeeded = (rate: Rate, number: number, at: number): void => {
  if (rate.isThrottled && number > rate.throttledAfter) {
    rate.isThrottled = false;
    rate.probedAt = null;
  }
  if (rate.growsFrom === Number.POSITIVE_INFINITY && number >= rate.filledBy) rate.growsFrom = at;
};

/** Messages that left together, the last one with this number, and were too fast for the carrier. */
export interface Refused {
  readonly number: number;
  /** How many of them were not taken. */
  readonly messages: number;
  readonly leftAt: number;
}

/**
 * The carrier refused messages as "too fast". `random` is uniform in [0, 1) and shortens the pause by up to half;
 * `hintMs` is how long the carrier itself wants to be left alone. Such answers to messages that left before the pause tell
 * more about how many the carrier takes, and change nothing else.
 */
export const throttled = (
  rate: Rate,
  { number, messages, leftAt }: Refused,
  at: number,
  random: number,
  hintMs = 0,
): void => {
  forgetUntil(rate.sent, at - WINDOW_MS);
  removeRecent(rate.sent, messages, leftAt);
  const hintedAt = at + Math.min(hintMs, PAUSE_HINT_MAX_MS);
  rate.ceiling = Math.max(1, Math.min(rate.ceiling, rate.sent.total));
  if (number <= rate.throttledAfter) {
    if (rate.isThrottled) rate.resumesAt = Math.max(rate.resumesAt, hintedAt);
    return;
  }
  const hasGrown = rate.growsFrom === Number.POSITIVE_INFINITY && !rate.isThrottled;
  rate.throttledAfter = rate.taken;
  rate.growth = 1;
  rate.growsFrom = Math.max(at + PAUSE_MAX_MS, hintedAt);
  // It was one too many; what the carrier took before, it takes.
  if (hasGrown && hintMs === 0) return;
  rate.pauseMs = rate.isThrottled ? Math.min(2 * rate.pauseMs, PAUSE_MAX_MS) : PAUSE_FIRST_MS;
  rate.resumesAt = Math.max(at + rate.pauseMs * (1 - random / 2), hintedAt);
  rate.isThrottled = true;
  rate.probedAt = null;
};

/**
 * Sets another nominal rate, at once; what left under the old one still counts. What is added belonged to somebody else who
 * may have used it until `idleMs` ago.
 */
export const changeNominal = (rate: Rate, nominalPerSecond: number, at: number, idleMs = 0): void => {
  const added = slotsOf(checked(nominalPerSecond)) - slotsOf(rate.nominalPerSecond);
  if (added > 0 && Number.isFinite(added)) coolSlots(rate.window, added, at - idleMs);
  rate.nominalPerSecond = nominalPerSecond;
};

/** Whether no more is under way than the nominal rate allows: after it was lowered, more may be. */
export const keepsNominal = (rate: Rate): boolean => rate.window.underWay <= slotsOf(rate.nominalPerSecond);

/**
 * The last moment at which more was used than the nominal rate allows now: from then on, what was taken away from it was free. Minus
 * infinity when that is long ago. Only when {@link keepsNominal}.
 */
export const exceededUntil = ({ window, nominalPerSecond }: Rate): number => {
  const excess = window.underWay + window.cooling.total - slotsOf(nominalPerSecond);
  return excess <= 0 ? Number.NEGATIVE_INFINITY : momentOfOldest(window.cooling, excess);
};

/** The rate in force, for people to look at. While throttled: the one to go on with. */
export const currentPerSecond = (rate: Rate): number => Math.min(rate.nominalPerSecond, rate.ceiling);

const raiseCeiling = (rate: Rate): void => {
  const raised = rate.ceiling + rate.growth;
  rate.ceiling = raised < rate.nominalPerSecond ? raised : Number.POSITIVE_INFINITY;
  rate.growth *= 2;
  rate.growsFrom = Number.POSITIVE_INFINITY;
  rate.filledBy = Number.POSITIVE_INFINITY;
};

const belowCeilingAt = (rate: Rate, at: number): number => {
  if (rate.ceiling === Number.POSITIVE_INFINITY) return at;
  forgetUntil(rate.sent, at - WINDOW_MS);
  const excess = rate.sent.total + 1 - rate.ceiling;
  if (excess <= 0) return at;
  return Math.max(at, Math.min(momentOfOldest(rate.sent, excess) + WINDOW_MS, rate.growsFrom));
};

const isFull = (rate: Rate): boolean => rate.sent.total >= rate.ceiling;

const probesFrom = (rate: Rate): number =>
  rate.probedAt === null ? rate.resumesAt : rate.probedAt + PROBE_PATIENCE_MS;

const checked = (perSecond: number): number => {
  if (!(perSecond >= 0)) throw new RangeError(`Cannot send at ${perSecond} messages a second`);
  return perSecond;
};
