import {
  createSlidingWindow,
  freeFrom,
  resizeSlidingWindow,
  type SlidingWindow,
  takeSlot,
} from "#core/domain/sliding-window.ts";

/** The first pause after the carrier said "too fast"; it doubles with every probe that fails. */
export const PAUSE_FIRST_MS = 100;

/**
 * The longest pause. Two to five probes a second burden no carrier, and the end of its throttling is noticed early enough
 * to be at full rate within a second.
 */
export const PAUSE_MAX_MS = 400;

/** A carrier's own wish (HTTP Retry-After) is followed up to this. */
export const PAUSE_HINT_MAX_MS = 60_000;

/** A probe whose answer never comes is followed by another one. */
export const PROBE_PATIENCE_MS = 1_000;

/** From a standstill to the nominal rate. */
export const RECOVERY_MS = 500;

/** How often the growing rate is worth asking for. */
const RECOVERY_STEP_MS = 10;

const DECREASE = 0.7;

/**
 * How fast messages may leave: at most `nominal` in any second (see {@link SlidingWindow}), less while the carrier throttles.
 * Throttled, it pauses, then lets one message through as a probe, and so on until an answer is not "too fast"; then it
 * grows back within {@link RECOVERY_MS}. Changed in place by the functions of this file; whoever created it owns it.
 */
export interface Rate {
  nominalPerSecond: number;
  /** Null: unlimited, and only pauses hold it back. */
  window: SlidingWindow | null;
  /** Added to the caller's clock, so that time never runs backwards here when that clock is set back. */
  clockShiftMs: number;
  lastNow: number;
  /** The rate after throttling, from which it grows since `growingSince`. */
  reducedPerSecond: number;
  growingSince: number;
  isThrottled: boolean;
  pauseMs: number;
  resumesAt: number;
  /** When the probe left whose answer is awaited, or null. */
  probedAt: number | null;
}

/** `nominalPerSecond`: above 0; fractions below 1 are slow rates, Infinity is unlimited, others are rounded down. */
export const createRate = (nominalPerSecond: number): Rate => ({
  nominalPerSecond: checked(nominalPerSecond),
  window: nominalPerSecond === Number.POSITIVE_INFINITY ? null : createSlidingWindow(nominalPerSecond),
  clockShiftMs: 0,
  lastNow: Number.NEGATIVE_INFINITY,
  reducedPerSecond: nominalPerSecond,
  growingSince: Number.NEGATIVE_INFINITY,
  isThrottled: false,
  pauseMs: PAUSE_FIRST_MS,
  resumesAt: 0,
  probedAt: null,
});

/** May one message leave at `now` (milliseconds)? If so it is counted. */
export const take = (rate: Rate, now: number): boolean => {
  const at = advance(rate, now);
  if (rate.isThrottled && probesFrom(rate) > at) return false;
  if (rate.window !== null && !takeSlot(rate.window, allowedPerSecond(rate, at), at)) return false;
  if (rate.isThrottled) rate.probedAt = at;
  return true;
};

/**
 * When to ask again: the first moment at which {@link take} succeeds, or a few milliseconds around it while the rate grows
 * back. An answer to a probe may bring it forward.
 */
export const availableAt = (rate: Rate, now: number): number => {
  const at = timeOf(rate, now);
  const free = rate.window === null ? at : Math.max(at, freeFrom(rate.window, allowedPerSecond(rate, at)));
  if (rate.isThrottled) return now + Math.max(free, probesFrom(rate)) - at;
  const isGrowing = currentPerSecond(rate, now) < rate.nominalPerSecond;
  return now + (isGrowing ? Math.min(free - at, RECOVERY_STEP_MS) : free - at);
};

/**
 * The carrier answered "too fast". `random` is uniform in [0, 1) and shortens the pause by up to half; `hintMs` is how long
 * the carrier itself wants to be left alone. Further such answers to messages sent before the pause change nothing.
 */
export const throttled = (rate: Rate, now: number, random: number, hintMs = 0): void => {
  const at = advance(rate, now);
  const hintedAt = at + Math.min(hintMs, PAUSE_HINT_MAX_MS);
  if (rate.isThrottled && rate.probedAt === null) {
    rate.resumesAt = Math.max(rate.resumesAt, hintedAt);
    return;
  }
  rate.pauseMs = rate.isThrottled ? Math.min(2 * rate.pauseMs, PAUSE_MAX_MS) : PAUSE_FIRST_MS;
  rate.reducedPerSecond = DECREASE * perSecondAt(rate, at);
  rate.resumesAt = Math.max(at + rate.pauseMs * (1 - random / 2), hintedAt);
  rate.isThrottled = true;
  rate.probedAt = null;
};

/** The carrier answered anything but "too fast": after a probe, the way is free again. */
export const succeeded = (rate: Rate, now: number): void => {
  const at = advance(rate, now);
  if (!rate.isThrottled || rate.probedAt === null) return;
  rate.isThrottled = false;
  rate.probedAt = null;
  rate.growingSince = at;
};

/** Sets another nominal rate, at once; what left under the old one still counts. */
export const changeNominal = (rate: Rate, nominalPerSecond: number): void => {
  rate.nominalPerSecond = checked(nominalPerSecond);
  if (nominalPerSecond === Number.POSITIVE_INFINITY) {
    rate.window = null;
  } else if (rate.window === null) {
    // What left unlimited was not counted: assume the worst.
    rate.window = createSlidingWindow(nominalPerSecond);
    rate.window.lastTakenAt = rate.lastNow;
    rate.window.stamps.fill(rate.lastNow);
  } else {
    resizeSlidingWindow(rate.window, nominalPerSecond);
  }
};

/** The rate in force, for people to look at. While throttled: the one to go on with. */
export const currentPerSecond = (rate: Rate, now: number): number => perSecondAt(rate, timeOf(rate, now));

const perSecondAt = (rate: Rate, at: number): number => {
  const { window, nominalPerSecond, reducedPerSecond } = rate;
  if (window === null) return nominalPerSecond;
  // One a second is the least, or more where the window counts in larger groups.
  const reduced = Math.max(reducedPerSecond, window.groupSize);
  const grown = rate.isThrottled ? 0 : (nominalPerSecond * (at - rate.growingSince)) / RECOVERY_MS;
  return Math.min(nominalPerSecond, reduced + grown);
};

/** Probes are few anyway: were they held to the reduced rate as well, a long throttling would end long after it ended. */
const allowedPerSecond = (rate: Rate, at: number): number =>
  rate.isThrottled ? rate.nominalPerSecond : perSecondAt(rate, at);

const probesFrom = (rate: Rate): number =>
  rate.probedAt === null ? rate.resumesAt : rate.probedAt + PROBE_PATIENCE_MS;

const timeOf = (rate: Rate, now: number): number => Math.max(now + rate.clockShiftMs, rate.lastNow);

const advance = (rate: Rate, now: number): number => {
  const at = timeOf(rate, now);
  rate.clockShiftMs = at - now;
  rate.lastNow = at;
  return at;
};

const checked = (perSecond: number): number => {
  if (!(perSecond > 0)) throw new RangeError(`Cannot send at ${perSecond} messages a second`);
  return perSecond;
};
