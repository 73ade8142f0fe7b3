import { callingCodeOf, fitOf, type NumberingPlan, PLANS } from "./numbering-plans.ts";

/**
 * How much digits look like a telephone number. `certain`: with country code or trunk digit, of a length that is used
 * there. `national`: could be dialled as it stands. `foreign`: could be in another country. `possible`: long enough.
 */
export type PhoneShape = "certain" | "national" | "foreign" | "possible" | "none";

export const PHONE_DIGITS_MIN = 7;
/** ITU-T E.164 §6.2.1, with two digits of an international prefix and a trunk zero. */
export const PHONE_DIGITS_MAX = 18;

const E164_MAX = 15;
const E164_MIN = 8;

/** `home`: calling codes of the countries in which national writing is read. `plus`: a plus sign stands before. */
export const phoneShape = (digits: string, plus: boolean, home: readonly string[]): PhoneShape => {
  if (plus) return international(digits, "foreign");
  if (digits.startsWith("00")) {
    const shape = international(digits.slice(2), "none");
    if (shape !== "none") return shape;
  }
  if (digits.startsWith("011") && home.includes("1") && international(digits.slice(3), "none") !== "none")
    return "certain";
  let best: PhoneShape = "none";
  for (const code of home) {
    const plan = PLANS.get(code);
    if (plan === undefined) continue;
    const shape = nationalShape(digits, plan, code);
    if (shape === "certain") return shape;
    if (shape !== "none") best = shape;
  }
  if (best !== "none") return best;
  if (isForeign(digits)) return "foreign";
  return digits.length >= E164_MIN && digits.length <= E164_MAX ? "possible" : "none";
};

const international = (digits: string, otherwise: PhoneShape): PhoneShape => {
  if (digits.length < E164_MIN || digits.length > E164_MAX + 1) return "none";
  const code = callingCodeOf(digits);
  if (code === null) return digits[0] === "0" ? "none" : otherwise;
  return fitOf(PLANS.get(code)!, withoutTrunk(digits.slice(code.length), PLANS.get(code)!)) === "none"
    ? otherwise
    : "certain";
};

/** "+44 (0)7700 …": the trunk zero is written, not dialled. */
const withoutTrunk = (national: string, { trunk }: NumberingPlan): string =>
  trunk !== "" && national.startsWith(trunk) && fitOf(PLANS.get("1")!, national) === "none"
    ? national.slice(trunk.length)
    : national;

const nationalShape = (digits: string, plan: NumberingPlan, code: string): PhoneShape => {
  if (plan.trunk !== "" && digits.startsWith(plan.trunk)) {
    const fit = fitOf(plan, digits.slice(plan.trunk.length));
    if (fit !== "none")
      return fit === "mobile" && plan.trunk !== code && isLikely(plan, digits.slice(plan.trunk.length))
        ? "certain"
        : "national";
  }
  const fit = fitOf(plan, digits);
  if (fit === "mobile" && isLikely(plan, digits)) return "national";
  if (fit === "other" && plan.trunk === "") return "national";
  if (digits.startsWith(code) && fitOf(plan, withoutTrunk(digits.slice(code.length), plan)) === "mobile")
    return "national";
  return "none";
};

/** In North America neither the area code nor the exchange begins with 0 or 1 (NANP). */
const isLikely = (plan: NumberingPlan, national: string): boolean =>
  plan !== PLANS.get("1") || (national[3]! >= "2" && !national.endsWith("00000"));

const FOREIGN_MOBILES = [
  "44",
  "33",
  "49",
  "61",
  "353",
  "31",
  "32",
  "41",
  "43",
  "46",
  "27",
  "91",
  "234",
  "90",
  "40",
];

const isForeign = (digits: string): boolean => {
  if (digits[0] === "0")
    return FOREIGN_MOBILES.some(
      (code) => fitOf(PLANS.get(code)!, digits.slice(1)) === "mobile" && digits.length >= 10,
    );
  if (digits.length === 10 && isLikely(PLANS.get("1")!, digits) && digits[0]! >= "2") return true;
  const code = callingCodeOf(digits);
  return (
    code !== null && digits.length >= 11 && fitOf(PLANS.get(code)!, digits.slice(code.length)) === "mobile"
  );
};
