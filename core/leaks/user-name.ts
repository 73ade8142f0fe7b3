import { ROLE } from "#core/leaks/words/roles.ts";
import { isAtom } from "./address-parts.ts";
import { GAP, hasRole, isCapital, isMark, type Reading, type Token } from "./reading.ts";

/** What may be a user name; `to` is exclusive. */
export interface UserName {
  readonly from: number;
  readonly to: number;
  /** It holds what ordinary words do not: an underscore, a dot within, letters and digits, an at sign before. */
  readonly isTelling: boolean;
  /** A word that is no name. */
  readonly isOrdinary: boolean;
  readonly length: number;
}

const PARTS_MAX = 24;

/** The user name that begins at a token, with its at sign. */
export const userNameAt = ({ tokens }: Reading, from: number): UserName | null => {
  let at = from;
  const hasSign =
    isMark(tokens[at], "@") ||
    (hasRole(tokens[at], ROLE.at) && tokens[at]!.value !== "a" && isSpelledName(tokens, at + 1));
  if (hasSign) at += 1;
  const hasBar = isMark(tokens[at], "_") && tokens[at + 1]?.gap === GAP.none;
  if (hasBar) at += 1;
  const first = tokens[at];
  if (!isAtom(first)) return null;
  let letters = 0;
  let digits = 0;
  let marks = hasBar ? 1 : 0;
  let length = 0;
  let to = at;
  const take = (token: Token): void => {
    if (token.kind === "word") letters += 1;
    else digits += 1;
    length += token.value.length;
    to += 1;
  };
  take(first!);
  while (to - at < PARTS_MAX) {
    const token = tokens[to];
    if (token === undefined) break;
    if (isAtom(token) && token.gap === GAP.none) take(token);
    else if (isMark(token, "_") && token.gap === GAP.none && !isJoiningMark(tokens, to)) {
      marks += 1;
      length += 1;
      to += 1;
    } else if (isJoiningMark(tokens, to) || isSpelledMark(tokens, to)) {
      marks += 1;
      length += 1;
      to += 1;
      take(tokens[to]!);
    } else break;
  }
  // "exampledan#0042"
  if (isMark(tokens[to], "#") && tokens[to]!.gap === GAP.none && tokens[to + 1]?.kind === "digits") {
    marks += 1;
    to += 2;
  }
  if (letters === 0) return null;
  const alone = to === at + 1;
  return {
    from,
    to,
    isTelling:
      isMark(tokens[from], "@") || marks > 0 || (digits > 0 && letters > 0 && first!.kind === "word"),
    isOrdinary: alone && isNoName(first!),
    length,
  };
};

const isNoName = (token: Token): boolean => (token.entry.roles & ~ROLE.at) !== 0 || token.value.length < 3;

const isJoiningMark = (tokens: readonly Token[], at: number): boolean => {
  const [mark, next] = [tokens[at]!, tokens[at + 1]];
  if (mark.kind !== "mark" || mark.gap !== GAP.none || !isAtom(next) || next!.gap !== GAP.none) return false;
  return mark.value === "_" || mark.value === "." || mark.value === "-" || mark.value === ":";
};

/** "underscore", "dot", "guion bajo" with a part after it. */
const isSpelledMark = (tokens: readonly Token[], at: number): boolean =>
  hasRole(tokens[at], ROLE.underscore | ROLE.dot) && isAtom(tokens[at + 1]) && tokens[at]!.gap <= GAP.space;

const isSpelledName = (tokens: readonly Token[], at: number): boolean =>
  isAtom(tokens[at]) && isSpelledMark(tokens, at + 1);

/** The user name that ends right before a token: "example_ann on …". */
export const userNameBefore = (reading: Reading, end: number): UserName | null => {
  const { tokens } = reading;
  let from = end - 1;
  if (isMark(tokens[from], "_") && tokens[from]!.gap === GAP.none && from > 0) from -= 1;
  if (!isAtom(tokens[from])) return null;
  while (from > 0 && end - from < PARTS_MAX) {
    const before = tokens[from - 1]!;
    const isPart =
      (tokens[from]!.gap === GAP.none &&
        (isAtom(before) || isJoiningMark(tokens, from - 1) || isMark(before, "@") || isMark(before, "_"))) ||
      (isAtom(before) && hasRole(tokens[from], ROLE.underscore | ROLE.dot)) ||
      isSpelledMark(tokens, from - 1);
    if (!isPart) break;
    from -= 1;
    if (isMark(tokens[from], "@")) break;
  }
  if (hasRole(tokens[from - 1], ROLE.at) && isSpelledName(tokens, from)) from -= 1;
  const name = userNameAt(reading, from);
  return name !== null && name.to === end ? name : null;
};

const FULL_NAME_WORDS_MAX = 5;

/** Two words or more with capitals, as people are called: where they end. Null when there are fewer. */
export const fullNameEnd = (reading: Reading, from: number): number | null => {
  const { tokens } = reading;
  let to = from;
  while (
    to - from < FULL_NAME_WORDS_MAX &&
    tokens[to]?.kind === "word" &&
    (to > from + 1 || !hasRole(tokens[to], ROLE.ordinary)) &&
    isCapital(reading, tokens[to]!) &&
    (to === from || tokens[to]!.gap === GAP.space)
  )
    to += 1;
  return to - from >= 2 ? to : null;
};

/** Where two words or more with capitals begin that end right before a token. */
export const fullNameStart = (reading: Reading, end: number): number | null => {
  const { tokens } = reading;
  let from = end;
  while (end - from < FULL_NAME_WORDS_MAX && from > 0) {
    const token = tokens[from - 1]!;
    if (token.kind !== "word" || !isCapital(reading, token) || hasRole(token, ROLE.ordinary | ROLE.invite))
      break;
    from -= 1;
  }
  return end - from >= 2 ? from : null;
};
