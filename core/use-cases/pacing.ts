import type { LinkKind } from "#core/domain/message.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import {
  availableAt,
  changeNominal,
  createRate,
  currentPerSecond,
  type Rate,
  succeeded,
  take,
  throttled,
} from "#core/domain/rate.ts";
import type { Chance } from "#core/ports/chance.ts";

/** How fast segments may leave: one rate for each account over all its links, and one for each virtual number. */
export interface Pacing {
  /** When the account's rate lets the next segment leave: now, or later. */
  openAt(kind: LinkKind, now: number): number;
  /** The same for a virtual number. */
  numberOpenAt(source: Msisdn, now: number): number;
  /** Takes up to `wanted` segments, as many as both rates allow now: 0 when either is closed. */
  take(kind: LinkKind, source: Msisdn, wanted: number, now: number): number;
  throttled(kind: LinkKind, now: number, waitMs: number | null): void;
  succeeded(kind: LinkKind, now: number): void;
  /** The rate in force, for people to look at. */
  perSecond(kind: LinkKind, now: number): number;
  /** How many dispatchers share the accounts: each takes its part of the rate. */
  share(dispatchers: number): void;
}

export interface PacingOptions {
  /** Segments a second of each account; Infinity is unlimited. */
  readonly accountRates: Readonly<Record<LinkKind, number>>;
  /** Segments a second of one virtual number; null: as fast as the account. */
  readonly numberRate?: (source: Msisdn) => number | null;
}

/** Numbers whose pace is remembered; a forgotten one has been silent for longer than any window. */
const NUMBERS_MAX = 20_000;
/** Below this a carrier would not notice that we share. */
const SHARE_MIN = 1;

/** North American long codes carry one segment a second (carriers' rule for 10-digit numbers). */
export const northAmericanPace = (source: Msisdn): number | null =>
  source.length === 11 && source.startsWith("1") ? 1 : null;

export const createPacing = (
  { accountRates, numberRate = northAmericanPace }: PacingOptions,
  chance: Chance,
): Pacing => {
  const accounts: Record<LinkKind, Rate> = {
    smpp: createRate(accountRates.smpp),
    http: createRate(accountRates.http),
  };
  const numbers = new Map<Msisdn, Rate>();
  let shared = 1;

  const paceOf = (source: Msisdn): Rate | null => {
    const perSecond = numberRate(source);
    if (perSecond === null) return null;
    let rate = numbers.get(source);
    if (rate) numbers.delete(source);
    else {
      if (numbers.size >= NUMBERS_MAX) numbers.delete(numbers.keys().next().value!);
      rate = createRate(perSecond);
    }
    // At the end, behind those that have been silent for longer.
    numbers.set(source, rate);
    return rate;
  };

  return {
    openAt: (kind, now) => availableAt(accounts[kind], now),
    numberOpenAt: (source, now) => {
      const pace = paceOf(source);
      return pace ? availableAt(pace, now) : now;
    },
    take: (kind, source, wanted, now) => {
      const pace = paceOf(source);
      let taken = 0;
      while (taken < wanted && (!pace || availableAt(pace, now) <= now) && take(accounts[kind], now)) {
        if (pace) take(pace, now);
        taken += 1;
      }
      return taken;
    },
    throttled: (kind, now, waitMs) => throttled(accounts[kind], now, chance.next(), waitMs ?? 0),
    succeeded: (kind, now) => succeeded(accounts[kind], now),
    share: (dispatchers) => {
      if (dispatchers === shared) return;
      shared = dispatchers;
      for (const kind of ["smpp", "http"] as const) {
        const least = Math.min(SHARE_MIN, accountRates[kind]);
        changeNominal(accounts[kind], Math.max(least, accountRates[kind] / dispatchers));
      }
    },
    perSecond: (kind, now) => currentPerSecond(accounts[kind], now),
  };
};
