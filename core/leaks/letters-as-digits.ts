import type { Reading, Token } from "./reading.ts";

/** Letters that stand for digits wherever digits are. */
const ALIKE = new Map([..."oil"].map((letter) => [letter, letter === "o" ? "0" : "1"]));

/** Letters that do so at the edge of digits, and those that do so only between digits. */
const AT_EDGE = new Map([
  ["s", "5"],
  ["b", "8"],
  ["z", "2"],
]);
const INSIDE = new Map([
  ["e", "3"],
  ["a", "4"],
  ["g", "9"],
  ["q", "9"],
]);

const LETTERS_MAX = 8;

/** The digits that letters beside digits stand for; null when one of them stands for none. */
export const lettersAsDigits = (letters: string, isInside = false): string | null => {
  if (letters.length > LETTERS_MAX) return null;
  let digits = "";
  for (const letter of letters) {
    const digit = ALIKE.get(letter) ?? AT_EDGE.get(letter) ?? (isInside ? INSIDE.get(letter) : undefined);
    if (digit === undefined) return null;
    digits += digit;
  }
  return digits;
};

/** Whether a word alone is meant as digits, as "OO" in "07700 9 OO 123": it stands beside digits and looks like them. */
export const standsForDigits = (reading: Reading, at: number): boolean => {
  const token = reading.tokens[at]!;
  if (token.value.length > 4) return false;
  for (const letter of token.value) if (!ALIKE.has(letter)) return false;
  if (!isBesideDigits(reading.tokens[at - 1], reading.tokens[at + 1])) return false;
  const written = reading.texts[token.source]!.slice(token.start, token.end);
  if (token.value.length === 1)
    return written === "O" || written === "o" || written === "l" || written === "|";
  // "il", "lo", "oi" and "Il" are words.
  return written !== "Il" && (isOneLetter(written) || [...written].every((letter) => "OIl".includes(letter)));
};

const isOneLetter = (letters: string): boolean => [...letters].every((letter) => letter === letters[0]);

const isBesideDigits = (before: Token | undefined, after: Token | undefined): boolean =>
  before?.kind === "digits" || after?.kind === "digits" || isZeros(before) || isZeros(after);

const isZeros = (token: Token | undefined): boolean => {
  if (token?.kind !== "word" || token.value.length > 4) return false;
  for (const letter of token.value) if (!ALIKE.has(letter)) return false;
  return true;
};
