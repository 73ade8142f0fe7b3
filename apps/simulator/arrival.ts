import type { Concatenation } from "#apps/simulator/text/user-data-header.ts";
import type { Digits } from "./phone-number.ts";
import type { LinkKind } from "./stats.ts";

/** One SMS as it reaches a handset. */
export interface Arrival {
  readonly from: string;
  readonly to: Digits;
  readonly text: string;
  readonly link: LinkKind;
  /** Which host of the carrier it came through: parts join only within one. */
  readonly server: string;
  /** Which connection, for counting. */
  readonly connection: string;
  readonly concatenation: Concatenation | undefined;
  /** How many SMS this is when it was never in parts before. */
  readonly size?: number;
}
