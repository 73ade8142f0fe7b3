import { ROLE } from "#core/leaks/words/roles.ts";
import { GAP, hasRole, type Reading, type Token } from "./reading.ts";

/** How a group of digits goes with the one before it; each holds more than the one before. */
export const JOIN = {
  /** Nothing, a space, or marks such as people put into a number. */
  tight: 0,
  /** A comma, a line or text end, "and then". */
  loose: 1,
  /** A few words. */
  words: 2,
  broken: 3,
} as const;

const UNKNOWN_WORDS_MAX = 4;

export const joinOf = (reading: Reading, from: number, to: number): number => {
  const { tokens } = reading;
  let join: number = JOIN.tight;
  let unknown = 0;
  for (let at = from; at <= to; at += 1) {
    reading.steps += 1;
    const token = tokens[at]!;
    if (token.gap >= GAP.line) join = Math.max(join, JOIN.loose);
    if (at === to) break;
    if (token.kind === "mark") join = Math.max(join, joinOfMark(token, tokens[at + 1]));
    else if (hasRole(token, CONNECTING)) join = Math.max(join, JOIN.loose);
    else {
      unknown += 1;
      if (unknown > UNKNOWN_WORDS_MAX) return JOIN.broken;
      join = JOIN.words;
    }
  }
  return join;
};

const CONNECTING = ROLE.connect | ROLE.dash | ROLE.dot | ROLE.slash | ROLE.underscore;

const joinOfMark = ({ value, gap }: Token, next: Token | undefined): number => {
  const endsSomething = next !== undefined && next.gap !== GAP.none && gap === GAP.none;
  switch (value) {
    case "?":
    case "!":
      return endsSomething ? JOIN.words : JOIN.tight;
    case ",":
    case ";":
      return JOIN.loose;
    case ".":
      return endsSomething ? JOIN.loose : JOIN.tight;
    default:
      return JOIN.tight;
  }
};
