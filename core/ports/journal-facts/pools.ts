import type { LevelsOf } from "./level.ts";

/** The numbers of a country. */
export interface PoolFacts {
  /** `headroom`: 0 to 1, how much of the country's numbers the busiest participant has left. */
  readonly poolLow: { readonly country: string; readonly numbers: number; readonly headroom: number };
  readonly poolRecovered: { readonly country: string; readonly numbers: number; readonly headroom: number };
  readonly numbersRented: { readonly country: string; readonly numbers: number; readonly tookMs: number };
  readonly rentingRefused: { readonly country: string; readonly code: string; readonly detail: string };
  readonly rentingBudgetSpent: { readonly country: string; readonly budget: number };
}

export const POOL_LEVELS: LevelsOf<PoolFacts> = {
  poolLow: "warn",
  poolRecovered: "info",
  numbersRented: "info",
  rentingRefused: "warn",
  rentingBudgetSpent: "warn",
};
