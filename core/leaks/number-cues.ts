import { ROLE } from "#core/leaks/words/roles.ts";
import type { Group } from "./digit-groups.ts";
import { JOIN } from "./digit-joins.ts";
import { hasRole, isMark, type Reading, type Token } from "./reading.ts";

/** "area code", "country code". */
const PLACE_CODES = new Set(["area", "country", "dialling", "dialing"]);

const CUE_TOKENS = 6;
const CUE_TOKENS_AFTER = 4;

/** What stood there was announced by the words before it. */
const isMasked = ({ value }: Token): boolean => value === "hidden";

export interface Cues {
  readonly phone: boolean;
  readonly code: boolean;
}

/** What the words before a number say that it is: "booking number" and "order no" speak of a code. */
export const cuesBefore = ({ tokens }: Reading, first: Group): Cues => {
  let phone = false;
  let code = false;
  for (let at = first.from - 1, left = CUE_TOKENS; at >= 0 && left > 0; at -= 1, left -= 1) {
    const token = tokens[at]!;
    if (token.kind === "digits" || isMasked(token)) break;
    const isPlace = PLACE_CODES.has(tokens[at - 1]?.value ?? "");
    phone ||= isPlace || hasRole(token, ROLE.phoneCue);
    code ||= !isPlace && hasRole(token, ROLE.codeCue);
  }
  return { phone: phone && !code, code };
};

/** So many pieces behind the same word are counted, not dealt out: "text 22, text 23, text 24". */
const LABELLED_PIECES_MIN = 3;

/** Whether each piece of digits follows the same word: that word numbers them, and announces no telephone number. */
export const isNumbered = (reading: Reading, groups: readonly Group[]): boolean => {
  const { tokens } = reading;
  const pieces = groups.filter(({ join }, at) => at === 0 || join >= JOIN.words);
  if (pieces.length < LABELLED_PIECES_MIN) return false;
  reading.steps += pieces.length;
  const label = tokens[pieces[0]!.from - 1];
  return label?.kind === "word" && pieces.every(({ from }) => tokens[from - 1]?.value === label.value);
};

/** The same with the words right after it: "… is my cell". */
export const cuesAround = (reading: Reading, before: Cues, last: Group): Cues => {
  if (before.phone || before.code) return before;
  const { tokens } = reading;
  for (let at = last.to, left = CUE_TOKENS_AFTER; at < tokens.length && left > 0; at += 1, left -= 1) {
    const token = tokens[at]!;
    if (token.kind === "digits" || isMark(token, ".") || isMasked(token)) break;
    if (hasRole(token, ROLE.phoneCue)) return { phone: true, code: false };
  }
  return before;
};
