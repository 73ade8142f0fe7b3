/*
 * A receipt's text is words, some of which begin with a name and a colon: `id:1 stat:DELIVRD`. White space may stand around the colon,
 * and a name may be in capitals. The texts are ASCII, as octets. So the way through them is from colon to colon.
 */

const COLON = 0x3a;

/** Set in small letters of ASCII, and not in capitals. */
const CASE_BIT = 0x20;

/** Where the value behind the first `name:` begins that has one, before `end`; -1 if there is none. */
export function findValue(text: Buffer, end: number, name: string): number {
  for (let colon = 0; colon < end; colon += 1) {
    if (text[colon] !== COLON || startOfName(text, colon, name) === -1) continue;
    let value = colon + 1;
    while (value < end && isSpace(text[value]!)) value += 1;
    if (value < end) return value;
  }
  return -1;
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
  let hasFields = false;
  for (let colon = 0; colon < text.length; colon += 1) {
    if (text[colon] !== COLON) continue;
    const quoted = startOfName(text, colon, "text");
    if (quoted !== -1) return hasFields ? quoted : text.length;
    hasFields ||= startOfName(text, colon, "id") !== -1 || startOfName(text, colon, "stat") !== -1;
  }
  return text.length;
}

/** Where the name before this colon begins; -1: it is another one. */
function startOfName(text: Buffer, colon: number, name: string): number {
  let end = colon;
  while (end > 0 && isSpace(text[end - 1]!)) end -= 1;
  const start = end - name.length;
  if (start < 0 || (start > 0 && !isSpace(text[start - 1]!))) return -1;
  for (let i = 0; i < name.length; i += 1) {
    if ((text[start + i]! | CASE_BIT) !== name.charCodeAt(i)) return -1;
  }
  return start;
}

function isWord(text: Buffer, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i += 1) if (text[start + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** White space of Latin-1: the blank, tabulators and line ends, and the blank that does not break. */
const isSpace = (octet: number): boolean =>
  octet === 0x20 || (octet >= 0x09 && octet <= 0x0d) || octet === 0xa0;
