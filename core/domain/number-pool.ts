import { planCountriesOf } from "#core/domain/numbering/territories.ts";
import type { Msisdn } from "./msisdn.ts";

/**
 * How near a virtual number must be to the participant who texts it: the same three digits after the calling
 * code, the same country, or anywhere. For the people of a territory, the countries whose numbering plan it
 * shares count as the same: texting there is domestic.
 */
export type GeoMatch = "area" | "country" | "any";

/** A virtual number that may be given to new conversations. */
export interface PoolNumber {
  readonly number: Msisdn;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** How many live routes it carries; a hint that spreads load, never a condition. */
  readonly liveRoutes: number;
  /** It is never chosen, but may be given. */
  readonly isReserved?: boolean;
}

/** What one participant's pair with one virtual number was last used for. */
export interface PairUse {
  readonly virtualNumber: Msisdn;
  /** Whether the person behind the number, for this participant, is the one now to be talked to. */
  readonly counterpart: "same" | "other";
  readonly openedAt: number;
  /** Null while the route is live. */
  readonly closedAt: number | null;
  /** When the pair is free for anybody; null while the route is live. */
  readonly quarantinedUntil: number | null;
}

/** The participant for whom a number is wanted. */
export interface PoolParticipant {
  readonly country: string;
  /** Calling code and the three digits after it, such as `1415`. */
  readonly areaPrefix: string;
}

export interface Choice {
  readonly participant: PoolParticipant;
  /** Every active or reserved number that can carry SMS. */
  readonly numbers: readonly PoolNumber[];
  /** Every pair that the participant ever had. */
  readonly pairs: readonly PairUse[];
  readonly geoMatch: GeoMatch;
  /** Whether to prefer the number last used for the same counterpart. */
  readonly sticky: boolean;
  /** What the other side of the same conversation has just been given: it counts as one more live route. */
  readonly justGiven?: Msisdn | null;
  readonly now: number;
}

/**
 * The virtual number that the participant shall text, or null when none of the suitable ones is free for the participant:
 * the one last used for the same counterpart (`sticky`), else one of the own country before one of a country
 * whose plan it shares, else one never used, else the one used longest ago; ties go to the fewest live routes, then to the lowest number. One pass over the pool.
 */
export const chooseNumber = (choice: Choice): Msisdn | null => {
  const { participant, numbers, pairs, geoMatch, sticky, justGiven, now } = choice;
  const useByNumber = new Map(pairs.map((use) => [use.virtualNumber, use]));
  const countries = planCountriesOf(participant.country); // breakage: own-country-alone
  let best: Candidate | null = null;
  for (const entry of numbers) {
    if (entry.isReserved) continue;
    const distance = distanceTo(entry, participant, countries, geoMatch);
    if (distance === null) continue;
    const use = useByNumber.get(entry.number);
    // breakage: exhausted-although-free
    if (use && !isFree(use, now)) continue;
    const liveRoutes = entry.liveRoutes + (entry.number === justGiven ? 1 : 0);
    const candidate = { entry, use, stuck: sticky && use?.counterpart === "same", distance, liveRoutes };
    if (!best || isBetter(candidate, best)) best = candidate;
  }
  return best?.entry.number ?? null;
};

/** Whether a pair may be given a new meaning: never while live; in quarantine only for the same two people. */
export const isFree = (use: PairUse, now: number): boolean =>
  use.closedAt !== null && // breakage: give-away-used-pair
  (use.counterpart === "same" || use.quarantinedUntil === null || use.quarantinedUntil <= now); // breakage: forget-quarantine

export const isSuitable = (entry: PoolNumber, participant: PoolParticipant, geoMatch: GeoMatch): boolean =>
  distanceTo(entry, participant, planCountriesOf(participant.country), geoMatch) !== null;

/** How far down the participant's countries the number's is, from 0; null when it does not suit. */
const distanceTo = (
  entry: PoolNumber,
  participant: PoolParticipant,
  countries: readonly string[],
  geoMatch: GeoMatch,
): number | null => {
  if (geoMatch === "any") return 0;
  const distance = countries.indexOf(entry.country);
  if (distance < 0) return null;
  return geoMatch === "country" || entry.number.startsWith(participant.areaPrefix) ? distance : null;
};

interface Candidate {
  readonly entry: PoolNumber;
  readonly use: PairUse | undefined;
  readonly stuck: boolean;
  readonly distance: number;
  readonly liveRoutes: number;
  /** It is never chosen, but may be given. */
  readonly isReserved?: boolean;
}

const isBetter = (a: Candidate, b: Candidate): boolean => {
  if (a.stuck !== b.stuck) return a.stuck;
  if (a.stuck && a.use!.openedAt !== b.use!.openedAt) return a.use!.openedAt > b.use!.openedAt;
  if (a.distance !== b.distance) return a.distance < b.distance;
  const aUsed = a.use?.openedAt ?? Number.NEGATIVE_INFINITY;
  const bUsed = b.use?.openedAt ?? Number.NEGATIVE_INFINITY;
  if (aUsed !== bUsed) return aUsed < bUsed;
  if (a.liveRoutes !== b.liveRoutes) return a.liveRoutes < b.liveRoutes;
  return compareNumbers(a.entry.number, b.entry.number) < 0;
};

const compareNumbers = (a: Msisdn, b: Msisdn): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
