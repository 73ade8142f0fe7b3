import type { Msisdn } from "#core/domain/msisdn.ts";
import { callingCodeOf } from "./calling-code.ts";
import { handsetOf } from "./handset.ts";
import { PLANS } from "./plans.ts";
import { RENUMBERINGS } from "./renumberings.ts";

/** How a person may write a number, punctuation aside. All texts are digits. */
export interface WrittenForms {
  /** Such as `45`. */
  readonly callingCode: string;
  /** The national number without trunk prefix, such as `20000001`. */
  readonly national: string;
  /**
   * Every form that gives the number away, longest first, without repetition: international, national with
   * and without trunk prefix, and the forms that renumbering has superseded.
   */
  readonly forms: readonly string[];
  /**
   * What is dialled within an area alone, where mobiles have area codes (North America, Brazil): to whoever
   * knows the area it gives the number away too. Null elsewhere.
   */
  readonly local: string | null;
}

/**
 * Shorter national numbers (the four digits of Niue, Tokelau and Tristan da Cunha) are years, prices and door
 * codes too: there the international form alone gives the number away. With five digits a text meets one
 * certain number by chance once in 100,000.
 */
export const NATIONAL_DIGITS_MIN = 5;

/** Plans in which mobiles have area codes, and the digits that remain without: NANPA 7; Anatel 9. */
const LOCAL_DIGITS: ReadonlyMap<string, number> = new Map([
  ["1", 7],
  ["55", 9],
]);

/** The forms of a number in any spelling; those of all spellings of one handset are the same. */
export const writtenFormsOf = (number: Msisdn): WrittenForms => {
  const handset = handsetOf(number);
  const callingCode = callingCodeOf(handset);
  const national = handset.slice(callingCode.length);
  const nationals = [national, ...otherwise(national, callingCode)];
  const trunkPrefixes = PLANS.get(callingCode)?.trunkPrefixes ?? [];
  const written = nationals.flatMap((each) => [each, ...trunkPrefixes.map((prefix) => prefix + each)]);
  const forms = [
    ...nationals.map((each) => callingCode + each),
    ...written.filter((each) => each.length >= NATIONAL_DIGITS_MIN),
  ];
  const localDigits = LOCAL_DIGITS.get(callingCode);
  return {
    callingCode,
    national,
    forms: [...new Set(forms)].sort((a, b) => b.length - a.length),
    local: localDigits === undefined ? null : national.slice(-localDigits),
  };
};

const otherwise = (national: string, callingCode: string): readonly string[] =>
  (RENUMBERINGS.get(callingCode) ?? []).flatMap((renumbering) => {
    const other = renumbering.otherwise;
    return other?.from.test(national) ? other.to.map((to) => national.replace(other.from, to)) : [];
  });
