import type { LinkKind } from "#core/domain/link-kind.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";
import type { Chance } from "#core/ports/chance.ts";
import {
  answered,
  availableAt,
  changeNominal,
  createRate,
  currentPerSecond,
  exceededUntil,
  keepsNominal,
  type Rate,
  succeeded,
  take,
  throttled,
} from "#core/structures/rate.ts";
import {
  createSlidingWindow,
  giveBackSlots,
  isIdle,
  type SlidingWindow,
  slotFreeAt,
  takeSlot,
} from "#core/structures/sliding-window.ts";

/**
 * How fast segments may leave: one rate for each account over all its links, and one for each virtual number. Nothing leaves
 * before {@link Pacing.share} has said what is ours. All moments are those of `SteadyClock.elapsed`, which never jumps: a rate by the
 * time of day would be exceeded whenever that is set forward.
 */
export interface Pacing {
  /** When to ask for the account's rate: now if the next segment may leave. An answer may bring it forward. */
  openAt(kind: LinkKind, at: number): number;
  /** The same for a virtual number. */
  numberOpenAt(source: Msisdn, at: number): number;
  /** Takes up to `wanted` segments, as many as both rates allow now; null when either is closed. */
  take(kind: LinkKind, source: Msisdn, wanted: number, at: number): Departure | null;
  /** What became of all that left with a departure. Until then it holds its places. */
  answered(departure: Departure, outcome: SendOutcome, at: number): void;
  /** The rate in force, for people to look at. */
  perSecond(kind: LinkKind): number;
  /** When the carrier last said "too fast" to us, on the steady clock; null: it never did. */
  throttledAt(kind: LinkKind): number | null;
  /**
   * Which part of the accounts' rates is ours from now on, 0 to 1. A part that is added counts a second after an earlier owner may
   * have used it, which was `idleMs` ago (0 unless given); whoever gives one away does so when {@link keepsShare} again.
   */
  share(part: number, at: number, idleMs?: number): void;
  /** Another rate of an account, of which our part is ours as before; null: the one that it began with. What is added counts in a second. */
  setRate(kind: LinkKind, perSecond: number | null, at: number): void;
  /** Whether no more is under way than our part allows. */
  keepsShare(): boolean;
  /** How long ago what was taken away from our part was last used, in milliseconds. Only when {@link keepsShare}. */
  idleMs(at: number): number;
}

/** Segments that left together. */
export interface Departure {
  readonly kind: LinkKind;
  readonly segments: number;
  /** The last one's number among those of the account. */
  readonly number: number;
  readonly leftAt: number;
  readonly pace: SlidingWindow | null;
}

export interface PacingOptions {
  /** Segments a second of each account; Infinity is unlimited. */
  readonly accountRates: Readonly<Record<LinkKind, number>>;
  /** Segments a second of one virtual number, always the same; null: as fast as the account. */
  readonly numberRate?: (source: Msisdn) => number | null;
}

/** With so many numbers in memory, or twice those in use, all that might as well be forgotten are. */
const NUMBERS_MAX = 20_000;

/** North American long codes carry one segment a second (carriers' rule for 10-digit numbers). */
export const northAmericanPace = (source: Msisdn): number | null =>
  source.length === 11 && source.startsWith("1") ? 1 : null;

export const createPacing = (
  { accountRates, numberRate = northAmericanPace }: PacingOptions,
  chance: Chance,
): Pacing => {
  const accounts: Record<LinkKind, Rate> = { smpp: createRate(0), http: createRate(0) };
  const paces = new Map<Msisdn, SlidingWindow>();
  const throttledAt: Record<LinkKind, number | null> = { smpp: null, http: null };
  const rates = { ...accountRates };
  let ourPart = 0;
  let forgetAbove = NUMBERS_MAX;

  const paceOf = (source: Msisdn, at: number): SlidingWindow => {
    const known = paces.get(source);
    if (known) return known;
    if (paces.size >= forgetAbove) forgetIdle(at);
    const pace = createSlidingWindow();
    paces.set(source, pace);
    return pace;
  };

  const forgetIdle = (at: number): void => {
    for (const [source, pace] of paces) {
      const perSecond = numberRate(source);
      if (perSecond === null || isIdle(pace, perSecond, at)) paces.delete(source);
    }
    forgetAbove = Math.max(NUMBERS_MAX, 2 * paces.size);
  };

  const keepShare = (kind: LinkKind, at: number, idleMs: number): void =>
    changeNominal(accounts[kind], ourPart === 0 ? 0 : rates[kind] * ourPart, at, idleMs);

  return {
    openAt: (kind, at) => availableAt(accounts[kind], at),
    numberOpenAt: (source, at) => {
      const perSecond = numberRate(source);
      const pace = perSecond === null ? undefined : paces.get(source);
      return pace ? slotFreeAt(pace, perSecond!, at) : at;
    },
    take: (kind, source, wanted, at) => {
      const rate = accounts[kind];
      const perSecond = numberRate(source);
      const pace = perSecond === null ? null : paceOf(source, at);
      let segments = 0;
      while (segments < wanted && (!pace || slotFreeAt(pace, perSecond!, at) <= at) && take(rate, at)) {
        if (pace) takeSlot(pace);
        segments += 1;
      }
      return segments === 0 ? null : { kind, segments, number: rate.taken, leftAt: at, pace };
    },
    answered: ({ kind, segments, number, leftAt, pace }, outcome, at) => {
      const rate = accounts[kind];
      if (pace) giveBackSlots(pace, segments, at);
      answered(rate, segments, at);
      switch (outcome.kind) {
        case "throttled": {
          const messages = Math.max(1, segments - outcome.carrierIds.length);
          throttledAt[kind] = at;
          throttled(rate, { number, messages, leftAt }, at, chance.next(), outcome.waitMs ?? 0);
          return;
        }
        // Any answer but "too fast" shows that the way is free.
        case "accepted":
        case "more":
        case "refused":
        case "retry":
          succeeded(rate, number, at);
          return;
        case "unknown":
        case "unsent":
          return;
      }
    },
    throttledAt: (kind) => throttledAt[kind],
    perSecond: (kind) => currentPerSecond(accounts[kind]),
    share: (part, at, idleMs = 0) => {
      ourPart = part;
      for (const kind of ["smpp", "http"] as const) keepShare(kind, at, idleMs);
    },
    setRate: (kind, perSecond, at) => {
      rates[kind] = perSecond ?? accountRates[kind];
      keepShare(kind, at, 0);
    },
    idleMs: (at) => Math.max(0, at - Math.max(exceededUntil(accounts.smpp), exceededUntil(accounts.http))),
    keepsShare: () => keepsNominal(accounts.smpp) && keepsNominal(accounts.http),
  };
};
