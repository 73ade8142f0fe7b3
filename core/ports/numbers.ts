import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Page, Slice } from "./conversations.ts";

/** The virtual numbers that we rent. */
export interface Numbers {
  /** Adds a number; one that exists already is answered as it is, whatever its service. `participant`: a participant's real number. */
  add(number: NewNumber): Promise<VirtualNumber | "participant">;
  get(number: Msisdn): Promise<VirtualNumber | null>;
  /** By number; of one service, or of all (null). */
  list(serviceId: string | null, page: Page): Promise<Slice<VirtualNumber>>;
  /** How each pool stands at an instant, by service and country. Reads all routes: not for requests to wait for. */
  pools(now: number): Promise<readonly PoolCount[]>;
  /** Keeps a count for all processes; one that is older than what is kept changes nothing. */
  keepPools(count: KeptPools): Promise<void>;
  /** What was kept last; null: there never was a count. */
  keptPools(): Promise<KeptPools | null>;
  /** No new use from now on. */
  drain(number: Msisdn): Promise<VirtualNumber | null>;
  /** Forgets the number, unless live or quarantined routes are left on it. */
  remove(number: Msisdn, now: number): Promise<"removed" | "in-use" | "unknown">;
  /**
   * When somebody last texted the number, since an instant, or when the quarantine of its last pair ends or ended; null: never. Reads
   * every pair of the number: not for requests that come often.
   */
  usedAt(number: Msisdn, since: number): Promise<number | null>;
  /** The service of each of these that is ours, in any state. Answers from memory where it can; used on the hot path. */
  ownAmong(numbers: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Texts from our numbers that failed or expired, received since, by number and code: of the newest {@link FAILURES_MAX}. No number that
   * was texted is among them.
   */
  failures(since: number): Promise<FailedNumbers>;
  /**
   * Reserves a place in the rental budget of a country, for {@link PLACE_TTL_MS}: true when the numbers that we have there and the places
   * that are reserved, by whatever process, are fewer than `budget`.
   */
  reservePlace(place: BudgetPlace): Promise<boolean>;
  /** Adds the number that was rented on a place, as `add` does, and gives the place up, in one transaction. */
  confirmPlace(id: string, number: NewNumber): Promise<VirtualNumber | "participant">;
  /** Gives a place up for which nothing was rented. One that is gone already is fine. */
  releasePlace(id: string): Promise<void>;
}

/** A place of a process that crashed counts no more after this. Renting a number takes seconds. */
export const PLACE_TTL_MS = 300_000;

/** Failures that are looked at together. */
export const FAILURES_MAX = 50_000;

/** Nobody asks for failures that are older. */
export const FAILURES_SINCE_MAX_MS = 7 * 24 * 3_600_000;

export interface FailedNumbers {
  readonly failed: readonly FailedNumber[];
  /** There may be older ones that are not counted. */
  readonly isCut: boolean;
}

/** Texts from one of our numbers that did not arrive for one reason. */
export interface FailedNumber {
  readonly number: Msisdn;
  /** As `Failure` has it. */
  readonly code: string;
  readonly detail: string;
  readonly count: number;
  readonly lastAt: number;
}

/** The numbers of a service in a country, and what its conversations need of them. */
export interface PoolCount {
  readonly serviceId: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly active: number;
  readonly draining: number;
  /** They stand for nobody but whom they are given to. */
  readonly reserved: number;
  readonly liveRoutes: number;
  readonly quarantinedRoutes: number;
  /** The fewest numbers with which these routes could be: see `poolNeeds`. */
  readonly minimum: number;
  /** A participant who has as many routes; null: there is no route. */
  readonly boundBy: string | null;
}

/** A count of all pools. */
export interface KeptPools {
  /** When it was counted, in milliseconds since 1970. */
  readonly at: number;
  /** How long that took, in milliseconds. */
  readonly tookMs: number;
  readonly pools: readonly PoolCount[];
}

export interface BudgetPlace {
  /** A UUID. */
  readonly id: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly budget: number;
}

interface NumberFacts {
  readonly number: Msisdn;
  /** It stays in this one as long as it is ours. */
  readonly serviceId: string;
  readonly country: string;
  readonly features: readonly string[];
  readonly at: number;
}

export interface NewNumber extends NumberFacts {
  /** `active` unless it says. */
  readonly state?: "active" | "reserved";
}

export interface VirtualNumber extends NumberFacts {
  /** A reserved one is never chosen, only given; one that drains stands for nobody new. */
  readonly state: "active" | "draining" | "reserved";
  readonly liveRoutes: number;
  readonly quarantinedRoutes: number;
}
