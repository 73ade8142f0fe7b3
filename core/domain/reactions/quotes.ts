/** Without an ellipsis, a piece counts from so many letters, digits and symbols on. */
export const QUOTED_PIECE_MIN = 8;

/** What phones put where they leave something out. */
const ELLIPSIS = /…|\.{2,}|\[\.\.\.\]/u;

/**
 * Whether a quotation repeats a text, in whole or in part, or a text and more. Letter case, accents, spaces, quotes and punctuation make no
 * difference, as phones and networks change them. With an ellipsis, what stands before and after it must be in the text in that order,
 * and the first piece at its beginning; without one, a piece must be long enough to be no accident. Linear in both.
 */
export const quotes = (quotation: string, earlierText: string): boolean => {
  const text = essence(earlierText);
  const whole = essence(quotation);
  if (whole === "" || text === "") return false;
  if (whole === text) return true;
  const pieces = quotation.split(ELLIPSIS).map(essence);
  if (pieces.length > 1) return areInOrder(pieces, text);
  return isPiece(whole, text) || isPiece(text, whole);
};

const isPiece = (piece: string, text: string): boolean =>
  piece.length >= QUOTED_PIECE_MIN && text.includes(piece);

/** The first piece is empty where the quotation begins with an ellipsis: then nothing needs to be at the beginning. */
const areInOrder = (pieces: readonly string[], text: string): boolean => {
  if (!text.startsWith(pieces[0]!)) return false;
  let at = 0;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
};

/** What is left of a text wherever it has been: letters, digits and symbols; of a text without any, its signs. */
const essence = (text: string): string => {
  const plain = text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\s]/gu, "")
    .toLowerCase();
  const words = plain.replace(/[\p{P}`´^¨]/gu, "");
  return words === "" ? plain : words;
};
