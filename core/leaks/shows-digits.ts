import { ROLE } from "#core/leaks/words/roles.ts";
import { digitGroups, type Group } from "./digit-groups.ts";
import { JOIN } from "./digit-joins.ts";
import { everydayNumbers } from "./everyday-numbers.ts";
import type { SpellingMode } from "./number-words.ts";
import { readTexts } from "./reader.ts";
import type { Reading } from "./reading.ts";

/** From this length on nobody writes the digits of a number by chance, whatever stands between and around them. */
const UNMISTAKABLE_DIGITS = 9;

/** Zeros that may stand before a number: an international prefix or a trunk digit. */
const ZEROS_MAX = 3;

const MODES: readonly SpellingMode[] = ["composed", "apart"];

/**
 * Whether a text shows one of these numbers in any way of writing that a person can read: other digits, words, letters for
 * digits, marks, words and invisible characters between. `forms` are the digits of each way to dial it, without plus: "447700900001",
 * "07700900001", "7700900001".
 *
 * A form of less than nine digits must stand as a number of its own, so that prices, times and longer order numbers that
 * happen to hold its digits stay free. Zeros before it do not matter.
 */
export const showsDigits = (text: string, forms: readonly string[]): boolean => {
  const wanted = forms.filter((form) => form !== "");
  if (wanted.length === 0) return false;
  const reading = readTexts([text]);
  if (reading.digitsMax < Math.min(...wanted.map((form) => form.length))) return false;
  const long = wanted.filter((form) => form.length >= UNMISTAKABLE_DIGITS);
  const short = wanted.filter((form) => form.length < UNMISTAKABLE_DIGITS);
  if (holdsAny(writtenDigits(reading), long)) return true;
  const modes = (reading.roles & ROLE.number) === 0 ? MODES.slice(0, 1) : MODES;
  return modes.some((mode) => {
    const groups = digitGroups(reading, mode, true);
    return holdsAny(groups.map(({ digits }) => digits).join(""), long) || standsAlone(reading, groups, short);
  });
};

const holdsAny = (digits: string, forms: readonly string[]): boolean =>
  forms.some((form) => digits.includes(form));

const writtenDigits = ({ tokens }: Reading): string =>
  tokens.reduce((digits, { kind, value }) => (kind === "digits" ? digits + value : digits), "");

/** Whether neighbouring groups, none of them a price or a time of day, are together one of the forms. */
const standsAlone = (reading: Reading, groups: readonly Group[], forms: readonly string[]): boolean => {
  if (forms.length === 0) return false;
  const lengthMax = Math.max(...forms.map((form) => form.length));
  const everyday = everydayNumbers(reading, groups);
  const isApart = (at: number): boolean => everyday[at] === "clock" || everyday[at] === "amount";
  for (let first = 0; first < groups.length; first += 1) {
    let digits = "";
    // Zeros in front do not count, so the number of groups is bounded as well.
    const end = Math.min(groups.length, first + lengthMax + ZEROS_MAX);
    for (let at = first; at < end && !isApart(at); at += 1) {
      const group = groups[at]!;
      if (at > first && group.join > JOIN.loose) break;
      digits = withoutZeros(digits + group.digits);
      if (digits.length > lengthMax) break;
      if (forms.some((form) => withoutZeros(form) === digits)) return true;
    }
  }
  return false;
};

const withoutZeros = (digits: string): string => {
  let from = 0;
  while (from < digits.length - 1 && digits[from] === "0") from += 1;
  return digits.slice(from);
};
