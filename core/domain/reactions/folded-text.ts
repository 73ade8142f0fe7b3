/**
 * A text in the spelling that reactions are recognised in: lower case, without accents and invisible characters, one space for
 * any run of spaces, `"` for every double quote and angle quote, `'` for every single one.
 */
export interface FoldedText {
  readonly folded: string;
  /** Of each UTF-16 unit of `folded`: where its character begins in the text, and where it ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const DOUBLE_QUOTES = new Set('"“”„‟«»‹›＂「」『』〝〞〟《》〈〉');
const SINGLE_QUOTES = new Set("'‘’‚‛`´＇");

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]$/u;
const MARK = /\p{M}/gu;

/** The enclosing mark that makes an emoji of a digit. */
const KEYCAP = "\u20e3";

export const foldText = (text: string): FoldedText => {
  let folded = "";
  const starts: number[] = [];
  const ends: number[] = [];
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    const spelled = foldCharacter(character, folded);
    folded += spelled;
    for (let unit = 0; unit < spelled.length; unit += 1) {
      starts.push(start);
      ends.push(end);
    }
    start = end;
  }
  return { folded, starts, ends };
};

const foldCharacter = (character: string, before: string): string => {
  if (DOUBLE_QUOTES.has(character)) return '"';
  if (SINGLE_QUOTES.has(character)) return "'";
  if (/^\s$/u.test(character)) return before.endsWith(" ") ? "" : " ";
  if (INVISIBLE.test(character)) return "";
  if (character === KEYCAP) return KEYCAP;
  return character.normalize("NFKD").replace(MARK, "").toLowerCase();
};

const BLANK = /^[\s\p{Default_Ignorable_Code_Point}\p{Cf}]$/u;

/** The part of a range of a text that is left without blank and invisible characters at its ends. */
export const trimRange = (text: string, from: number, to: number): { start: number; end: number } => {
  let start = from;
  let end = to;
  while (start < end && BLANK.test(text[start]!)) start += 1;
  while (end > start && BLANK.test(text[end - 1]!)) end -= 1;
  return { start, end };
};
