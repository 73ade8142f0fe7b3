/** No vowels, so that no word comes of it. */
const LETTERS = "bcdfghjkmnpqrstvwxz";

/** The n-th name (from 0): what tells texts apart must not be digits, which may make up a number that is dealt out over several texts. */
export const lettersOf = (n: number): string =>
  (n < LETTERS.length ? "" : lettersOf(Math.floor(n / LETTERS.length) - 1)) + LETTERS[n % LETTERS.length];
