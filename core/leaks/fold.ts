import { lookAlikes } from "./look-alikes.ts";

/** A text as a person sees it: small Latin letters, ASCII digits and marks. `starts` and `ends` lead back to the text. */
export interface Folded {
  readonly folded: string;
  /** Offset in the text, by offset in `folded`; null: the same. */
  readonly starts: Uint16Array | null;
  /** Where the character ends, with what is invisible or combined after it; null: one further. */
  readonly ends: Uint16Array | null;
}

/** Anything that is neither letter, digit nor ASCII mark: emoji, dingbats, unpaired surrogates. */
export const SYMBOL = "¤";

/** Texts are cut here: longer than any SMS text that is relayed, and offsets still fit into 16 bits. */
export const READ_UNITS_MAX = 65_000;

const UNKNOWN = 0;
const DROPPED = 1;
const SEVERAL = 2;
const SYMBOL_CODE = SYMBOL.charCodeAt(0);
const TABLE_END = 0x20000;

// Filled as characters are met; what a character folds to never changes, so the tables are a cache of a pure function.
const table = new Uint16Array(TABLE_END);
const several = new Map<number, string>();
const disguises = lookAlikes();

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{M}\p{Cf}\p{Cc}]$/u;
const SPACE = /^[\s\p{Z}]$/u;
const DIGIT = /^\p{Nd}$/u;
const LETTER = /^\p{L}$/u;
const CURRENCY = /^\p{Sc}$/u;
const ASCII_MARK = /^[!-~]$/;

/** Folds a text; takes one step for each of its characters. */
export const fold = (text: string): Folded => {
  const length = Math.min(text.length, READ_UNITS_MAX);
  let at = 0;
  while (at < length && isPlain(text.charCodeAt(at))) at += 1;
  if (at === length) return { folded: lowerAscii(text.slice(0, length)), starts: null, ends: null };
  return foldSlowly(text, length);
};

/** ASCII without control characters, or a line end: folding keeps its place. */
const isPlain = (code: number): boolean => (code >= 0x20 && code < 0x7f) || code === 0x0a;

const lowerAscii = (text: string): string => text.toLowerCase();

const foldSlowly = (text: string, length: number): Folded => {
  let folded = "";
  // A character stands for at most eighteen others in Unicode's tables; they get room for what is usual, and the rest is left out.
  const room = length * 2 + 32;
  const starts = new Uint16Array(room);
  const ends = new Uint16Array(room);
  let count = 0;
  for (let at = 0; at < length; ) {
    const code = text.codePointAt(at)!;
    const next = at + (code > 0xffff ? 2 : 1);
    const to = foldCode(code);
    if (to === DROPPED) {
      // What is invisible belongs to the character before it, so that it is hidden together with it.
      if (count > 0 && ends[count - 1] === at) ends[count - 1] = next;
    } else {
      const characters = to === SEVERAL ? several.get(code)! : String.fromCharCode(to);
      for (let each = 0; each < characters.length && count < room; each += 1, count += 1) {
        starts[count] = at;
        ends[count] = next;
        folded += characters[each];
      }
    }
    at = next;
  }
  return { folded, starts, ends };
};

const foldCode = (code: number): number => {
  if (code >= TABLE_END) return code >= 0xe0000 ? DROPPED : SYMBOL_CODE;
  const known = table[code]!;
  if (known !== UNKNOWN) return known;
  const characters = standsFor(String.fromCodePoint(code), code);
  const to = characters.length === 0 ? DROPPED : characters.length === 1 ? characters.charCodeAt(0) : SEVERAL;
  if (to === SEVERAL) several.set(code, characters);
  table[code] = to;
  return to;
};

const standsFor = (character: string, code: number): string => {
  const disguise = disguises.get(character);
  if (disguise !== undefined) return disguise;
  if (character === "\n" || character === "\r" || code === 0x2028 || code === 0x2029) return "\n";
  if (SPACE.test(character)) return " ";
  if (INVISIBLE.test(character)) return "";
  let plain = "";
  for (const part of character.normalize("NFKD").toLowerCase().normalize("NFKD")) plain += partOf(part);
  // Letters of scripts that are not read are kept whole, so that they count as one letter each.
  if (plain.length > 1 && !isAscii(plain)) return LETTER.test(character) ? "ʘ" : SYMBOL;
  return plain;
};

const partOf = (part: string): string => {
  const disguise = disguises.get(part);
  if (disguise !== undefined) return disguise;
  if (ASCII_MARK.test(part)) return part;
  if (INVISIBLE.test(part)) return "";
  if (SPACE.test(part)) return " ";
  if (DIGIT.test(part)) return digitOf(part.codePointAt(0)!);
  if (LETTER.test(part)) return part.length === 1 ? part : "ʘ";
  return CURRENCY.test(part) ? "$" : SYMBOL;
};

/** Decimal digits stand in Unicode in rows of ten that begin with zero (Unicode Standard §4.6). */
const digitOf = (code: number): string => {
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
};

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7e) return false;
  return true;
};
