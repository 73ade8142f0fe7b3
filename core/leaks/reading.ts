import type { Entry } from "./lexicon.ts";

/** What stands before a token: nothing, white space, a line end, or the end of the text before. */
export const GAP = { none: 0, space: 1, line: 2, text: 3 } as const;

export type TokenKind = "word" | "digits" | "mark";

/** A run of letters, a run of digits, or one mark, as a person sees it. */
export interface Token {
  readonly kind: TokenKind;
  /** Folded: small Latin letters, ASCII digits or one mark. */
  readonly value: string;
  /** In the original text of index `source`; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly source: number;
  readonly gap: number;
  readonly entry: Entry;
}

export interface Reading {
  readonly texts: readonly string[];
  readonly tokens: readonly Token[];
  /** The roles of all words together: a detector whose words are missing need not look. */
  readonly roles: number;
  /** How many digits there can be at most, written in any way. */
  readonly digitsMax: number;
  readonly hasAt: boolean;
  readonly hasDot: boolean;
  /** How much was looked at: grows with the length of the texts and is counted for the tests. */
  steps: number;
}

export const hasRole = (token: Token | undefined, role: number): boolean =>
  token !== undefined && (token.entry.roles & role) !== 0;

export const isMark = (token: Token | undefined, mark: string): boolean =>
  token !== undefined && token.kind === "mark" && token.value === mark;

/** Whether the token begins with a capital in the text as it was written. */
export const isCapital = (reading: Reading, token: Token): boolean => {
  const character = reading.texts[token.source]!.slice(token.start, token.start + 1);
  return character !== character.toLowerCase();
};
