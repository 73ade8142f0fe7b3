import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Page, Slice } from "./conversations.ts";

/** The virtual numbers that we rent. */
export interface Numbers {
  /** Adds a number in state `active`; one that exists already is answered as it is. `participant`: somebody's real number. */
  add(number: NewNumber): Promise<VirtualNumber | "participant">;
  get(number: Msisdn): Promise<VirtualNumber | null>;
  /** By number. */
  list(page: Page): Promise<Slice<VirtualNumber>>;
  /** No new use from now on. */
  drain(number: Msisdn): Promise<VirtualNumber | null>;
  /** Forgets the number, unless live or quarantined routes are left on it. */
  remove(number: Msisdn, now: number): Promise<"removed" | "in-use" | "unknown">;
  /** Which of these are ours, in any state. Answers from memory where it can; used on the hot path. */
  ownAmong(numbers: readonly string[]): Promise<ReadonlySet<string>>;
  /** How many numbers we have in a country, for rental budgets. */
  count(country: string): Promise<number>;
}

export interface NewNumber {
  readonly number: Msisdn;
  readonly country: string;
  readonly features: readonly string[];
  readonly at: number;
}

export interface VirtualNumber extends NewNumber {
  readonly state: "active" | "draining";
  readonly liveRoutes: number;
  readonly quarantinedRoutes: number;
}
