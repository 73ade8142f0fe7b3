import { APPS, COMMON_APPS, PROVIDERS, SCHEMES } from "#core/leaks/words/apps.ts";
import { english } from "#core/leaks/words/english.ts";
import { french } from "#core/leaks/words/french.ts";
import { german } from "#core/leaks/words/german.ts";
import { portuguese } from "#core/leaks/words/portuguese.ts";
import { type Language, type NumberKind, type NumberWord, ROLE } from "#core/leaks/words/roles.ts";
import { spanish } from "#core/leaks/words/spanish.ts";

/** What is known of a word, in all languages at once: people mix them, and nobody says which one they write. */
export interface Entry {
  readonly roles: number;
  readonly number: NumberWord | null;
}

const LANGUAGES: readonly Language[] = [english, spanish, german, french, portuguese];

const WORD_LENGTH_MAX = 40;

const listed = (words: string): readonly string[] => words.split(" ").filter((word) => word !== "");

const buildLexicon = (): ReadonlyMap<string, Entry> => {
  const lexicon = new Map<string, Entry>();
  const add = (word: string, role: number, number: NumberWord | null = null): void => {
    const known = lexicon.get(word);
    lexicon.set(word, { roles: (known?.roles ?? 0) | role, number: known?.number ?? number });
  };
  const addAll = (words: string, role: number): void => {
    for (const word of listed(words)) add(word, role);
  };
  const addNumbers = (words: string, kind: NumberKind, first: number, step: number): void => {
    listed(words).forEach((alternatives, at) => {
      for (const word of alternatives.split("|")) add(word, ROLE.number, { kind, value: first + at * step });
    });
  };
  for (const language of LANGUAGES) {
    addNumbers(language.units, "unit", 0, 1);
    addNumbers(language.teens, "teen", 10, 1);
    addNumbers(language.tens, "tens", 20, 10);
    addNumbers(language.hundreds, "hundreds", 100, 100);
    for (const word of listed(language.hundred)) add(word, ROLE.number, { kind: "hundred", value: 100 });
    for (const word of listed(language.thousand)) add(word, ROLE.number, { kind: "thousand", value: 1000 });
    addNumbers(language.repeat, "repeat", 2, 1);
    addNumbers(language.and, "and", 0, 0);
    for (const role of ROLES_OF_LISTS) addAll(language[role], ROLE[role]);
  }
  addVeinti(add);
  addAll(APPS, ROLE.app);
  addAll(COMMON_APPS, ROLE.app | ROLE.commonApp);
  addAll(PROVIDERS, ROLE.provider);
  addAll(SCHEMES, ROLE.scheme);
  return lexicon;
};

const ROLES_OF_LISTS = [
  "at",
  "dot",
  "underscore",
  "slash",
  "dash",
  "connect",
  "phoneCue",
  "codeCue",
  "label",
  "unit",
  "nameCue",
  "siteCue",
  "invite",
  "is",
  "on",
  "mine",
  "ordinary",
] as const satisfies readonly (keyof Language & keyof typeof ROLE)[];

/** Spanish writes 21 to 29 in one word. */
const addVeinti = (add: (word: string, role: number, number: NumberWord) => void): void => {
  listed(spanish.units).forEach((alternatives, value) => {
    if (value === 0) return;
    for (const unit of alternatives.split("|"))
      add(`veinti${unit}`, ROLE.number, { kind: "teen", value: 20 + value });
  });
};

const lexicon = buildLexicon();

const UNKNOWN_WORD: Entry = { roles: 0, number: null };

export const entryOf = (word: string): Entry =>
  word.length > WORD_LENGTH_MAX ? UNKNOWN_WORD : (lexicon.get(word) ?? UNKNOWN_WORD);

/** "o", "e" and "y" would be found in too many words. */
const isInCompounds = (word: string): boolean =>
  word.length >= 3 || word === "un" || word === "um" || word === "oh";

/** The number words that compounds are made of, as a tree of letters: children of node `n` begin at `n * 26`. */
const buildTree = (): { readonly children: Int16Array; readonly numbers: readonly (NumberWord | null)[] } => {
  const words = [...lexicon].filter(([word, { number }]) => number !== null && isInCompounds(word));
  const size = 1 + words.reduce((sum, [word]) => sum + word.length, 0);
  const children = new Int16Array(size * 26);
  const numbers: (NumberWord | null)[] = [null];
  for (const [word, { number }] of words) {
    let node = 0;
    for (let at = 0; at < word.length; at += 1) {
      const slot = node * 26 + word.charCodeAt(at) - 0x61;
      if (children[slot] === 0) {
        children[slot] = numbers.length;
        numbers.push(null);
      }
      node = children[slot]!;
    }
    numbers[node] = number;
  }
  return { children, numbers };
};

const tree = buildTree();

const beginsWithNumber = (word: string): boolean => {
  let node = 0;
  for (let at = 0; at < word.length; at += 1) {
    const letter = word.charCodeAt(at) - 0x61;
    if (letter < 0 || letter > 25) return false;
    node = tree.children[node * 26 + letter]!;
    if (node === 0) return false;
    if (tree.numbers[node] !== null) return true;
  }
  return false;
};

/** The number words of which a word is made without a rest, as in "hunderteinundsiebzig" or "sevenseven"; else null. */
export const compoundOf = (word: string): readonly NumberWord[] | null => {
  if (word.length < 6 || word.length > WORD_LENGTH_MAX) return null;
  if (!beginsWithNumber(word)) return null;
  // Where a number word that is reached from the beginning ends, the one that ends there begins at `from`.
  const from = new Int8Array(word.length + 1).fill(-1);
  const ending: (NumberWord | null)[] = [];
  for (let start = 0; start < word.length; start += 1) {
    if (start > 0 && from[start] === -1) continue;
    let node = 0;
    for (let at = start; at < word.length; at += 1) {
      const letter = word.charCodeAt(at) - 0x61;
      if (letter < 0 || letter > 25) return null;
      node = tree.children[node * 26 + letter]!;
      if (node === 0) break;
      const number = tree.numbers[node]!;
      if (number === null || from[at + 1] !== -1) continue;
      from[at + 1] = start;
      ending[at + 1] = number;
    }
  }
  if (from[word.length] === -1) return null;
  const found: NumberWord[] = [];
  for (let end = word.length; end > 0; end = from[end]!) found.push(ending[end]!);
  return found.reverse();
};
