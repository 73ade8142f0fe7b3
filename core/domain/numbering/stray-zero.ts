import { callingCodeOf } from "./calling-code.ts";
import type { Handset } from "./handset.ts";
import { PLANS } from "./plans.ts";

/**
 * Whether a 0 follows the calling code of a plan that has neither a trunk prefix nor numbers so long, such as
 * `+45 (0)20 00 00 01`: nobody's number, and a wish kept under it would bar nobody.
 */
export const hasStrayZero = (number: Handset): boolean => {
  const callingCode = callingCodeOf(number);
  const plan = PLANS.get(callingCode);
  const national = number.slice(callingCode.length);
  return plan !== undefined && national.startsWith("0") && national.length > plan.longest;
};
