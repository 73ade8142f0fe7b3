/** Where the words begin that the fields of a receipt hold; -1: the field is not there, or empty. */
export interface ReceiptWords {
  readonly id: number;
  readonly stat: number;
  readonly err: number;
  /** Where the carrier's own fields end. */
  readonly end: number;
}

const COLON = 0x3a;

/** Set in small letters of ASCII, and not in capitals. */
const CASE_BIT = 0x20;

/**
 * Finds the fields in a receipt's text, such as `id:1 stat:DELIVRD`, going from colon to colon. White space may stand around a colon,
 * and a name may be in capitals; of two fields of one name the first counts. Behind "text:" come words that a person wrote: they count
 * for nothing, unless the carrier put its fields there.
 */
export const receiptWords = (text: Buffer): ReceiptWords => {
  let id = -1;
  let stat = -1;
  let err = -1;
  let hasFields = false;
  let end = text.length;
  for (let colon = 0; colon < end; colon += 1) {
    if (text[colon] !== COLON) continue;
    const nameEnd = endOfName(text, colon);
    if (startOfName(text, nameEnd, "id") !== -1) {
      hasFields = true;
      if (id === -1) id = startOfValue(text, colon);
    } else if (startOfName(text, nameEnd, "stat") !== -1) {
      hasFields = true;
      if (stat === -1) stat = startOfValue(text, colon);
    } else if (startOfName(text, nameEnd, "err") !== -1) {
      if (err === -1) err = startOfValue(text, colon);
    } else if (hasFields) {
      const quoted = startOfName(text, nameEnd, "text");
      if (quoted !== -1) end = quoted;
    }
  }
  // What looks like the value of an empty field may be the "text:" behind it.
  return { id: id < end ? id : -1, stat: stat < end ? stat : -1, err: err < end ? err : -1, end };
};

/** The word at `start`. `likely` is answered where it is just that: no new string is made of what is known already. */
export const wordAt = (text: Buffer, start: number, end: number, likely: string): string => {
  let at = start;
  while (at < end && !isSpace(text[at]!)) at += 1;
  return isWord(text, start, at, likely) ? likely : text.toString("latin1", start, at);
};

const endOfName = (text: Buffer, colon: number): number => {
  let end = colon;
  while (end > 0 && isSpace(text[end - 1]!)) end -= 1;
  return end;
};

/** Where the name that ends at `end` begins; -1: it is another one. */
const startOfName = (text: Buffer, end: number, name: string): number => {
  const start = end - name.length;
  if (start < 0 || (start > 0 && !isSpace(text[start - 1]!))) return -1;
  for (let i = 0; i < name.length; i += 1) {
    if ((text[start + i]! | CASE_BIT) !== name.charCodeAt(i)) return -1;
  }
  return start;
};

const startOfValue = (text: Buffer, colon: number): number => {
  let start = colon + 1;
  while (start < text.length && isSpace(text[start]!)) start += 1;
  return start < text.length ? start : -1;
};

const isWord = (text: Buffer, start: number, end: number, word: string): boolean => {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i += 1) if (text[start + i] !== word.charCodeAt(i)) return false;
  return true;
};

/** White space of Latin-1: the blank, tabulators and line ends, and the blank that does not break. */
const isSpace = (octet: number): boolean =>
  octet === 0x20 || (octet >= 0x09 && octet <= 0x0d) || octet === 0xa0;
