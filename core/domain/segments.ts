import { septetsOfCode } from "./gsm-alphabet.ts";

/** `gsm7`: the GSM default alphabet with its extension, in septets. `ucs2`: UTF-16 code units. */
export type Alphabet = "gsm7" | "ucs2";

/** What fits into an SMS that stands alone: 140 octets (3GPP TS 23.040 §9.2.3.24.1). */
export const SINGLE_SEPTETS_MAX = 160;
export const SINGLE_UNITS_MAX = 70;

/** What fits into one part of several, beside the 6 octets of a concatenation header with an 8-bit reference. */
export const PART_SEPTETS_MAX = 153;
export const PART_UNITS_MAX = 67;

/** The concatenation header counts parts in one octet. */
export const SEGMENTS_MAX = 255;

/**
 * A text of at most so many UTF-16 code units fits into {@link SEGMENTS_MAX} segments whatever its characters: two
 * neighbouring segments always hold more than {@link PART_UNITS_MAX} - 1 units, even where a cut has to wait for a grapheme.
 */
export const TEXT_UNITS_MAX = 8_000;

/** No inbound text is longer, in UTF-16 code units: the parts of a long one are counted in one octet. */
export const INBOUND_UNITS_MAX = SEGMENTS_MAX * PART_SEPTETS_MAX;

/** The cheaper alphabet that has every character of the text. */
export const alphabetOf = (text: string): Alphabet => (septetsOf(text) === null ? "ucs2" : "gsm7");

/**
 * The text cut into what single SMS can carry, in order; joined they are the text again. An empty text is one empty
 * segment. Cuts fall between graphemes (an emoji family, a flag, a letter and its accents, CR LF stay together); only a
 * grapheme that alone exceeds a segment is cut, between code points. There may be more than {@link SEGMENTS_MAX} of
 * a text longer than {@link TEXT_UNITS_MAX}.
 */
/** Of several texts together. */
export const segmentsIn = (messages: readonly { readonly text: string }[]): number =>
  messages.reduce((sum, { text }) => sum + countSegments(text), 0);

export const segmentsOf = (text: string): readonly string[] => {
  const septets = septetsOf(text);
  if (fitsAlone(text, septets)) return [text];
  return cut(text, septets === null ? graphemeCuts(text, PART_UNITS_MAX) : gsmCut);
};

export const countSegments = (text: string): number =>
  fitsAlone(text, septetsOf(text)) ? 1 : segmentsOf(text).length;

/**
 * The text cut into pieces of at most `unitsMax` UTF-16 code units, for a carrier that takes no more in one request; never
 * within a grapheme that fits into a piece. An empty text is one empty piece.
 */
export const piecesOf = (text: string, unitsMax: number): readonly string[] =>
  text.length <= unitsMax ? [text] : cut(text, graphemeCuts(text, unitsMax));

const fitsAlone = (text: string, septets: number | null): boolean =>
  septets === null ? text.length <= SINGLE_UNITS_MAX : septets <= SINGLE_SEPTETS_MAX;

/** The length in septets, or null when the GSM alphabet lacks a character of the text. */
const septetsOf = (text: string): number | null => {
  let septets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const cost = septetsOfCode(text.charCodeAt(at));
    if (cost === 0) return null;
    septets += cost;
  }
  return septets;
};

/** Where the part that begins at `start` ends; always beyond `start`. */
type CutAfter = (text: string, start: number) => number;

const cut = (text: string, cutAfter: CutAfter): readonly string[] => {
  const segments: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = cutAfter(text, start);
    segments.push(text.slice(start, end));
    start = end;
  }
  return segments;
};

/** CR LF is the only grapheme of several characters that the GSM alphabet can spell. */
const gsmCut: CutAfter = (text, start) => {
  let end = start;
  for (let septets = 0; end < text.length; end += 1) {
    septets += septetsOfCode(text.charCodeAt(end));
    if (septets > PART_SEPTETS_MAX) break;
  }
  return text[end - 1] === "\r" && text[end] === "\n" ? end - 1 : end;
};

/** Grapheme rules are the same in every language, so the locale does not matter. */
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

const graphemeCuts = (whole: string, unitsMax: number): CutAfter => {
  const boundaries = graphemes.segment(whole);
  return (text, start) => {
    const end = start + unitsMax;
    const grapheme = boundaries.containing(end);
    if (grapheme === undefined) return text.length;
    if (grapheme.index > start) return grapheme.index;
    return isInsidePair(text, end) ? end - 1 : end;
  };
};

const isInsidePair = (text: string, at: number): boolean =>
  (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
