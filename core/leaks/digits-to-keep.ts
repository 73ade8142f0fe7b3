import { ROLE } from "#core/leaks/words/roles.ts";
import { digitGroups } from "./digit-groups.ts";
import { everydayNumbers } from "./everyday-numbers.ts";
import { readTexts } from "./reader.ts";
import { hasRole, type Token } from "./reading.ts";

const KEPT_DIGITS_MAX = 18;
const OTHER_WORD = "w";

/**
 * What has to be remembered of a text so that a number which a later text completes is seen: its digits, the words that
 * announce a number, and "w" in place of any others. Times, prices and the like are left out. Empty when there are no
 * digits. It stands for the text in `findLeaks`; what is found in it has no offsets in the text.
 */
export const digitsToKeep = (text: string): string => {
  const reading = readTexts([text]);
  if (reading.digitsMax === 0) return "";
  const groups = digitGroups(reading, "composed");
  const everyday = everydayNumbers(reading, groups);
  const kept = groups.filter((_, at) => everyday[at] === null);
  const digits = kept.reduce((sum, group) => sum + group.digits.length, 0);
  if (digits === 0 || digits > KEPT_DIGITS_MAX) return "";
  const parts: string[] = [];
  let at = 0;
  for (const group of kept) {
    addWords(parts, reading.tokens.slice(at, group.from));
    parts.push(group.digits);
    at = group.to;
  }
  addWords(parts, reading.tokens.slice(at));
  return parts.join(" ");
};

/** Several words in a row count as one: which they are is nobody's business. */
const addWords = (parts: string[], tokens: readonly Token[]): void => {
  for (const token of tokens) {
    if (token.kind === "mark") {
      if (token.value === "+") parts.push("+");
      continue;
    }
    if (hasRole(token, ROLE.phoneCue | ROLE.codeCue)) parts.push(token.value);
    else if (!hasRole(token, ROLE.connect) && parts.at(-1) !== OTHER_WORD) parts.push(OTHER_WORD);
  }
};
