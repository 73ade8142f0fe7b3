import { writtenFormsOf } from "#core/domain/numbering/national-form.ts";
import { showsDigits } from "#core/leaks/shows-digits.ts";
import type { Msisdn } from "./msisdn.ts";

/**
 * Whether a text gives a number away, in any way of writing that a person can read: international or as it is written
 * at home, in groups, in words, in digits of another script. A national number of up to eight digits must stand by
 * itself, so that order numbers and prices stay free.
 */
export const showsNumber = (text: string, number: Msisdn): boolean =>
  showsDigits(text, writtenFormsOf(number).forms); // breakage: international-form-alone

/**
 * The same for what is said of one person to another: also without the area code, where mobiles have one, since
 * the two may well be neighbours.
 */
export const showsNumberToNeighbour = (text: string, number: Msisdn): boolean => {
  const { forms, local } = writtenFormsOf(number);
  return showsDigits(text, local === null ? forms : [...forms, local]);
};
