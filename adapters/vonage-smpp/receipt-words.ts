/*
 * A receipt's text is words, some of which begin with a name and a colon: `id:1 stat:DELIVRD`. White space may stand around the colon,
 * and a name may be in capitals. The texts are ASCII, as octets.
 */

const COLON = 0x3a;

/** Set in small letters of ASCII, and not in capitals. */
const CASE_BIT = 0x20;

/** Where the value behind the first `name:` begins that has one, before `end`; -1 if there is none. */
export function findValue(text: Buffer, end: number, name: string): number {
  for (let from = 0; ; ) {
    const at = findName(text, from, end, name);
    if (at === -1) return -1;
    const value = skipSpace(text, skipSpace(text, at + name.length, end) + 1, end);
    if (value < end) return value;
    from = at + 1;
  }
}

/** The word at `start`. `likely` is answered where it is just that: no new string is made of what is known already. */
export function wordAt(text: Buffer, start: number, end: number, likely: string): string {
  let at = start;
  while (at < end && !isSpace(text[at]!)) at += 1;
  return isWord(text, start, at, likely) ? likely : text.toString("latin1", start, at);
}

/**
 * Where the carrier's own fields end. Behind "text:" come words that a person wrote: they count for nothing, unless the carrier put its
 * fields there.
 */
export function endOfFields(text: Buffer): number {
  const quoted = findName(text, 0, text.length, "text");
  if (quoted === -1) return text.length;
  const areBefore = findName(text, 0, quoted, "id") !== -1 || findName(text, 0, quoted, "stat") !== -1;
  return areBefore ? quoted : text.length;
}

/** Where a word begins that is this name, with its colon, at `from` or later; -1: nowhere. */
function findName(text: Buffer, from: number, end: number, name: string): number {
  const first = name.charCodeAt(0);
  for (let at = from; at < end; at += 1) {
    if ((text[at]! | CASE_BIT) !== first || (at > 0 && !isSpace(text[at - 1]!))) continue;
    if (!isName(text, at, end, name)) continue;
    const colon = skipSpace(text, at + name.length, end);
    if (colon < end && text[colon] === COLON) return at;
  }
  return -1;
}

function isName(text: Buffer, start: number, end: number, name: string): boolean {
  if (start + name.length > end) return false;
  for (let i = 0; i < name.length; i += 1) {
    if ((text[start + i]! | CASE_BIT) !== name.charCodeAt(i)) return false;
  }
  return true;
}

function isWord(text: Buffer, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i += 1) if (text[start + i] !== word.charCodeAt(i)) return false;
  return true;
}

function skipSpace(text: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text[at]!)) at += 1;
  return at;
}

/** White space of Latin-1: the blank, tabulators and line ends, and the blank that does not break. */
const isSpace = (octet: number): boolean =>
  octet === 0x20 || (octet >= 0x09 && octet <= 0x0d) || octet === 0xa0;
