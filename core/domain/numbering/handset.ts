import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { callingCodeOf } from "./calling-code.ts";
import { PLANS, type Plan } from "./plans.ts";
import { RENUMBERINGS } from "./renumberings.ts";

declare const canonical: unique symbol;

/**
 * The one way of writing the number of a handset that wishes, blocks, routes and searches hang on: E.164
 * digits without plus, trunk prefix or superseded form. It identifies, and it is what is sent
 * to.
 */
export type Handset = Msisdn & { readonly [canonical]: "Handset" };

/**
 * The canonical form of a number. Two spellings of one handset have the same, two handsets never do: a digit
 * is dropped, added or replaced only where the number as written can be nobody's. Whether anybody has the
 * number is not asked, so the ranges for fiction and the ranges allotted yesterday pass. Idempotent.
 */
export const handsetOf = (number: Msisdn): Handset => {
  const callingCode = callingCodeOf(number);
  const plan = PLANS.get(callingCode);
  if (plan === undefined) return number as Handset;
  const written = number.slice(callingCode.length);
  const domestic = withoutTrunkPrefix(written, plan);
  const national = renumbered(domestic, callingCode);
  if (national === written) return number as Handset;
  const handset = callingCode + national;
  return (isMsisdn(handset) ? handset : number) as Handset;
};

/** Whether two numbers are one handset. */
export const sameHandset = (a: Msisdn, b: Msisdn): boolean => a === b || handsetOf(a) === handsetOf(b);

const withoutTrunkPrefix = (written: string, plan: Plan): string => {
  for (const prefix of plan.trunkPrefixes) {
    if (!written.startsWith(prefix)) continue;
    const rest = written.slice(prefix.length);
    if (isDomestic(written, rest, plan)) return rest;
  }
  return written;
};

/**
 * A second 0 begins an international or a freephone number (00…, Indonesia 001…, India 000 800…), no national
 * one.
 */
const isDomestic = (written: string, rest: string, plan: Plan): boolean =>
  plan.trunkNeverLeads
    ? !rest.startsWith("0")
    : written.length > plan.longest && rest.length >= plan.shortest && rest.length <= plan.longest;

const renumbered = (national: string, callingCode: string): string => {
  for (const { from, to, lengths } of RENUMBERINGS.get(callingCode) ?? [])
    if (lengths.includes(national.length) && from.test(national)) return national.replace(from, to);
  return national;
};
