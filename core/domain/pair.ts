import type { Msisdn } from "./msisdn.ts";

/** A (real number, virtual number) pair: who texts, and what they text. */
export interface Pair {
  readonly sender: Msisdn;
  readonly virtualNumber: Msisdn;
}
