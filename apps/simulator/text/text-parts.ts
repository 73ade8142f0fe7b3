import { encodeGsm, gsmOctets, isGsmText } from "./gsm-alphabet.ts";
import { encodeUcs2 } from "./ucs2.ts";

/** GSM 03.40 §9.2.3.24.1: 140 octets a message; a header for joining takes seven septets or six octets of them. */
const SEPTETS_ALONE = 160;
const SEPTETS_PER_PART = 153;
const UNITS_ALONE = 70;
const UNITS_PER_PART = 67;

export type Alphabet = "gsm" | "ucs2";

export interface TextPart {
  readonly text: string;
  readonly octets: Buffer;
  readonly alphabet: Alphabet;
}

export const alphabetOf = (text: string): Alphabet => (isGsmText(text) ? "gsm" : "ucs2");

/**
 * Cuts a text as a phone or an SMSC does: as few parts as fit, never inside an escape pair or a surrogate pair.
 * Characters that the chosen alphabet has not are question marks already.
 */
export const textParts = (text: string, alphabet: Alphabet = alphabetOf(text)): readonly TextPart[] => {
  const carried = alphabet === "gsm" ? [...text].map((c) => (gsmOctets(c) ? c : "?")).join("") : text;
  const size = (character: string): number =>
    alphabet === "gsm" ? gsmOctets(character)!.length : character.length;
  const alone = alphabet === "gsm" ? SEPTETS_ALONE : UNITS_ALONE;
  const perPart = alphabet === "gsm" ? SEPTETS_PER_PART : UNITS_PER_PART;

  let total = 0;
  for (const character of carried) total += size(character);
  const pieces = total <= alone ? [carried] : cut(carried, perPart, size);
  return pieces.map((piece) => ({
    text: piece,
    octets: alphabet === "gsm" ? encodeGsm(piece) : encodeUcs2(piece),
    alphabet,
  }));
};

const cut = (text: string, limit: number, size: (character: string) => number): readonly string[] => {
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const character of text) {
    const needed = size(character);
    if (used + needed > limit) {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += character;
    used += needed;
  }
  return [...pieces, piece];
};
