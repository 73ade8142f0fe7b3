import type { NumberKind } from "#core/leaks/words/roles.ts";
import { fold } from "./fold.ts";
import { lettersAsDigits } from "./letters-as-digits.ts";
import { compoundOf, type Entry, entryOf } from "./lexicon.ts";
import { GAP, type Reading, type Token, type TokenKind } from "./reading.ts";

const NOTHING_KNOWN: Entry = { roles: 0, number: null };

/** Reads the texts of one writer, oldest first, as one stream. */
export const readTexts = (texts: readonly string[]): Reading => {
  const tokens: Token[] = [];
  let steps = 0;
  let roles = 0;
  let digitsMax = 0;
  let lettersMax = 0;
  let hasAt = false;
  let hasDot = false;
  texts.forEach((text, source) => {
    const { folded, starts, ends } = fold(text);
    let gap: number = source === 0 ? GAP.none : GAP.text;
    for (let at = 0; at < folded.length; ) {
      steps += 1;
      const code = folded.charCodeAt(at);
      if (code === 0x20 || code === 0x0a) {
        const here = code === 0x0a ? GAP.line : GAP.space;
        if (here > gap) gap = here;
        at += 1;
        continue;
      }
      const kind = kindOf(code);
      let to = at + 1;
      if (kind !== "mark") while (to < folded.length && kindOf(folded.charCodeAt(to)) === kind) to += 1;
      steps += to - at;
      const value = folded.slice(at, to);
      const entry = kind === "word" ? entryOf(value) : NOTHING_KNOWN;
      roles |= entry.roles;
      if (kind === "digits") digitsMax += value.length;
      else if (kind === "word") {
        const inWord = digitsIn(value, entry);
        digitsMax += inWord;
        if (inWord === 0 && value.length <= 8) lettersMax += lettersIn(value);
      } else if (code === 0x40) hasAt = true;
      else if (code === 0x2e) hasDot = true;
      const start = starts === null ? at : starts[at]!;
      const end = ends === null ? to : ends[to - 1]!;
      tokens.push({ kind, value, start, end, source, gap, entry });
      gap = GAP.none;
      at = to;
    }
  });
  // Letters alone are no digits.
  if (digitsMax > 0) digitsMax += lettersMax;
  const joined = joinLetters(tokens);
  if (joined !== tokens) for (const { entry } of joined) roles |= entry.roles;
  return { texts, tokens: joined, roles, digitsMax, hasAt, hasDot, steps };
};

const kindOf = (code: number): TokenKind => {
  if (code >= 0x61 && code <= 0x7a) return "word";
  if (code >= 0x30 && code <= 0x39) return "digits";
  return code < 0x80 || code === 0xa4 ? "mark" : "word";
};

const DIGITS_OF: Readonly<Record<NumberKind, number>> = {
  unit: 1,
  teen: 2,
  tens: 2,
  hundreds: 3,
  hundred: 3,
  thousand: 4,
  repeat: 4,
  and: 0,
};

/** How many digits a word may stand for at most. */
const digitsIn = (word: string, { number }: Entry): number => {
  if (number !== null) return DIGITS_OF[number.kind];
  const compound = compoundOf(word);
  return compound === null ? 0 : compound.reduce((sum, { kind }) => sum + DIGITS_OF[kind], 0);
};

/** Letters that may stand for digits beside digits. */
const lettersIn = (word: string): number => (lettersAsDigits(word, true) === null ? 0 : word.length);

const SPELLED_LETTERS_MIN = 3;
const SPELLED_LETTERS_MAX = 32;

/** Marks that are called by two words. */
const PAIRS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["guion", new Map([["bajo", "underscore"]])],
  ["barra", new Map([["baja", "underscore"]])],
  ["traco", new Map([["baixo", "underscore"]])],
  ["tiret", new Map([["bas", "underscore"]])],
  ["under", new Map([["score", "underscore"]])],
  ["at", new Map([["sign", "arroba"]])],
]);

const pairFrom = (tokens: readonly Token[], first: number): Joined | null => {
  const token = tokens[first]!;
  const next = tokens[first + 1];
  if (token.kind !== "word" || next?.kind !== "word" || next.gap !== GAP.space) return null;
  const value = PAIRS.get(token.value)?.get(next.value);
  return value === undefined ? null : { value, last: first + 1 };
};

interface Joined {
  readonly value: string;
  readonly last: number;
}

/** "w h a t s a p p" and "w.w.w" are words. Zeros and ones that are written as letters stay alone. */
const joinLetters = (tokens: readonly Token[]): readonly Token[] => {
  let joined: Token[] | null = null;
  for (let at = 0; at < tokens.length; at += 1) {
    const run = lettersFrom(tokens, at) ?? pairFrom(tokens, at);
    if (run === null) {
      joined?.push(tokens[at]!);
      continue;
    }
    joined ??= tokens.slice(0, at);
    const last = tokens[run.last]!;
    const first = tokens[at]!;
    joined.push({ ...first, value: run.value, end: last.end, entry: entryOf(run.value) });
    at = run.last;
  }
  return joined ?? tokens;
};

const lettersFrom = (tokens: readonly Token[], first: number): Joined | null => {
  const { kind, value, source } = tokens[first]!;
  if (kind !== "word" || value.length !== 1) return null;
  let letters = value;
  let last = first;
  let real = !isZeroOrOne(value);
  // What parts the letters is the same between all of them: spaces, or one mark.
  const parting = tokens[first + 1]?.kind === "mark" ? tokens[first + 1]!.value : "";
  if (parting !== "" && !".-_*~|".includes(parting)) return null;
  while (letters.length < SPELLED_LETTERS_MAX) {
    const at = last + (parting === "" ? 1 : 2);
    const token = tokens[at];
    if (token?.kind !== "word" || token.value.length !== 1 || token.source !== source) break;
    if (parting === "" ? token.gap !== GAP.space : tokens[last + 1]?.value !== parting) break;
    letters += token.value;
    real ||= !isZeroOrOne(token.value);
    last = at;
  }
  return real && letters.length >= SPELLED_LETTERS_MIN && last > first ? { value: letters, last } : null;
};

const isZeroOrOne = (letter: string): boolean => letter === "o" || letter === "l" || letter === "i";
