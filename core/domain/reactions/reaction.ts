import { type FoldedText, foldText, trimRange } from "./folded-text.ts";
import {
  mayBeWording,
  type ReactionFamily,
  type ReactionLanguage,
  unquotedLeadLength,
  type WordingMatch,
  wordingOf,
} from "./wordings.ts";

/**
 * What a handset sends as a text when its owner reacts to a text: words of the phone around a quotation. The same words can be
 * a person's own, above all those of family `other`: whether it matters is for {@link ./quotes.ts} to say.
 */
export interface Reaction {
  readonly family: ReactionFamily;
  /** The language of the wording; null where it is none of those that we know words of. */
  readonly language: ReactionLanguage | null;
  /** The picture that it names, with its skin tone and the like, or null. */
  readonly emoji: string | null;
  /** What is quoted, without the quotes; often only the beginning, with an ellipsis. */
  readonly quotation: string;
  /** Where the quotation begins and ends in the text: UTF-16 units, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

/** A text of more UTF-16 units is not looked at: reactions quote one text, and are cut by phones long before. */
export const REACTION_LENGTH_MAX = 8_000;

/** The words around a quotation are at most as long, in folded characters. */
const WORDS_LENGTH_MAX = 80;

/** Quotes that are tried as beginning and as end: a wording may have a quoted word of its own, on either side. */
const OPENINGS_MAX = 5;
const CLOSINGS_MAX = 5;

/** The reaction that a whole text is, or null. A reaction that quotes nothing ("Liked an image") is null, as it tells nothing. */
export const readReaction = (text: string): Reaction | null => {
  if (text.length > REACTION_LENGTH_MAX || !MAY_QUOTE.test(text)) return null;
  const folded = foldText(text);
  const frames = closedFramesOf(folded.folded);
  const known = frames.find((frame) => wordingOf(frame.lead, frame.tail) !== null);
  if (known !== undefined) return reactionOf(text, folded, known, wordingOf(known.lead, known.tail)!);
  const unquoted = unquotedFrame(folded.folded);
  if (unquoted !== null) return reactionOf(text, folded, unquoted, { family: "emoji", language: null });
  const cut = cutFrameOf(folded.folded);
  if (cut !== null) return reactionOf(text, folded, cut, wordingOf(cut.lead, "")!);
  const other = widestOf(frames.filter((frame) => mayBeOther(folded.folded, frame)));
  return other === null ? null : reactionOf(text, folded, other, { family: "other", language: null });
};

/** Most texts have neither a quote that begins something nor a picture in front, and need no closer look. */
const MAY_QUOTE =
  /["“”„‟«»‹›＂「」『』〝〞〟《》〈〉]|(?<![\p{L}\p{N}])['‘’‚‛`´＇]|^[\s\p{Default_Ignorable_Code_Point}\p{Cf}]{0,8}(?:[\p{Extended_Pictographic}\p{Regional_Indicator}]|[0-9#*]\ufe0f?\u20e3)/u;

/** A way to read a folded text as words around a quotation, which lies from `from` to `to`. */
interface Frame {
  readonly lead: string;
  readonly tail: string;
  readonly from: number;
  readonly to: number;
}

/** All ways with a quote at either end, those with the first opening and the first closing first. */
const closedFramesOf = (folded: string): readonly Frame[] => {
  const closings = closingsOf(folded);
  return openingsOf(folded).flatMap((opening) =>
    closings
      .filter((closing) => closing > opening && folded[closing] === folded[opening])
      .map((closing) => ({
        lead: tidy(folded.slice(0, opening)),
        tail: tailFrom(folded, closing + 1),
        from: opening + 1,
        to: closing,
      }))
      .filter(({ lead, tail }) => isBalanced(lead) && isBalanced(tail)),
  );
};

/** Quoted words of a wording ("gefällt mir") lie wholly before or after the quotation. */
const isBalanced = (words: string): boolean => words.split('"').length % 2 === 1;

/** A known lead and a quotation that was cut before its closing quote. */
const cutFrameOf = (folded: string): Frame | null => {
  for (const opening of openingsOf(folded)) {
    const lead = tidy(folded.slice(0, opening));
    if (isBalanced(lead) && wordingOf(lead, "") !== null)
      return { lead, tail: "", from: opening + 1, to: folded.length };
  }
  return null;
};

/** Single quotes are too often apostrophes to make a reaction of words that are not known. */
const mayBeOther = (folded: string, { lead, tail, from }: Frame): boolean =>
  folded[from - 1] === '"' && mayBeWording(lead, tail);

/** Words that are not known may themselves be quoted: all that is between the outermost quotes is left out then. */
const widestOf = (frames: readonly Frame[]): Frame | null =>
  frames.reduce<Frame | null>(
    (widest, frame) => (widest === null || frame.to - frame.from > widest.to - widest.from ? frame : widest),
    null,
  );

const tailFrom = (folded: string, at: number): string => tidy(folded.slice(at).replace(/[.\s]{1,9}$/u, ""));

/** French sets spaces within its quotes. */
const tidy = (words: string): string => words.replace(/" ?([^"]{0,40}?) ?"/gu, '"$1"').trim();

const openingsOf = (folded: string): readonly number[] => {
  const found: number[] = [];
  for (let at = 0; at < Math.min(folded.length, WORDS_LENGTH_MAX + 1); at += 1) {
    if (isOpening(folded, at)) found.push(at);
    if (found.length === OPENINGS_MAX) break;
  }
  return found;
};

/** An apostrophe within or after a word is no opening quote. */
const isOpening = (folded: string, at: number): boolean =>
  folded[at] === '"' || (folded[at] === "'" && !/[\p{L}\p{N}]/u.test(folded[at - 1] ?? ""));

/** In order, the last ones of the text. */
const closingsOf = (folded: string): readonly number[] => {
  const found: number[] = [];
  for (let at = folded.length - 1; at >= Math.max(0, folded.length - 1 - WORDS_LENGTH_MAX); at -= 1) {
    if (folded[at] === '"' || folded[at] === "'") found.unshift(at);
    if (found.length === CLOSINGS_MAX) break;
  }
  return found;
};

const unquotedFrame = (folded: string): Frame | null => {
  const skipped = folded.length - folded.trimStart().length;
  const length = unquotedLeadLength(folded.trimStart().slice(0, WORDS_LENGTH_MAX));
  if (length === null) return null;
  const from = skipped + length;
  return { lead: folded.slice(0, from).trim(), tail: "", from, to: folded.length };
};

const reactionOf = (
  text: string,
  { starts, ends }: FoldedText,
  { from, to }: Frame,
  { family, language }: WordingMatch,
): Reaction | null => {
  const { start, end } = trimRange(text, from === 0 ? 0 : ends[from - 1]!, starts[to] ?? text.length);
  if (start === end) return null;
  const emoji = emojiIn(text.slice(0, start)) ?? emojiIn(text.slice(end, end + WORDS_LENGTH_MAX));
  return { family, language, emoji, quotation: text.slice(start, end), start, end };
};

const PICTURE =
  /(?:[0-9#*]\ufe0f?\u20e3|[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}][\u200d\ufe0f\u{e0020}-\u{e007f}]{0,16})+/u;

const emojiIn = (words: string): string | null => PICTURE.exec(words)?.[0] ?? null;
