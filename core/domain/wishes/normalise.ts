import { withoutSignature } from "./phone-signature.ts";

/** Longer texts are never a command: the longest command word or phrase has fewer characters. */
export const COMMAND_LENGTH_MAX = 40;

/** Longer texts are not looked at: {@link COMMAND_LENGTH_MAX}, a signature, and invisible characters between. UTF-16 units. */
export const WRITTEN_LENGTH_MAX = 400;

/** Most texts: more than {@link COMMAND_LENGTH_MAX} characters on one line, none of them invisible. */
const PLAIN_AND_LONG = /^[!-~][ -~]{39,}[!-~]$/;

/** Zero-width characters, soft hyphens, variation selectors, marks of writing direction. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** An emoji made of a digit: without this, its digit would stay as a word. */
const KEYCAP = /[0-9#*]\ufe0f?\u20e3/gu;

/** Pictures at the ends go before NFKC, which spells some of them in letters (™ becomes "tm"). */
const PICTURES_AROUND =
  /^[\s\p{Extended_Pictographic}\p{Emoji_Modifier}]+|[\s\p{Extended_Pictographic}\p{Emoji_Modifier}]+$/gu;

/** Apostrophes stand within a word ("don't"); every other sign stands between two. */
const APOSTROPHE = /(?<=\p{L})['’‘`´](?=\p{L})/gu;
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/gu;

/** Fewer letters alone are words of their own ("y n"). */
const SPELLED_LETTERS_MIN = 3;

/**
 * The words of a text as commands are compared: compatibility characters, letter case, accents, invisible characters, quotes,
 * punctuation, symbols, emoji, spaces, a phone's signature, repetition and spelling in single letters make no difference.
 * Empty for a text without any letter or digit; null for one that is too long to be a command. No look-alikes are mapped:
 * nobody disguises a command, and Cyrillic СТОП is a word of its own.
 */
export const normalise = (text: string): string | null => {
  const visible = visibleBody(text);
  if (visible === null) return null;
  const folded = visible
    .normalize("NFKC")
    .replace(INVISIBLE, "")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
  const words = folded.replace(APOSTROPHE, "").replace(BETWEEN_WORDS, " ").trim();
  // Compatibility forms may be longer than what was written.
  if ([...words].length > COMMAND_LENGTH_MAX) return null;
  return words === "" ? "" : joined(once(words.split(" ")));
};

/**
 * Whether a text cries: an exclamation mark, a picture or a word said again. What would otherwise be a question to us is then
 * meant for the other participant. False for texts that are too long to be a command.
 */
export const isCry = (text: string): boolean => {
  const visible = visibleBody(text, false);
  if (visible === null) return false;
  const plain = visible.normalize("NFKC");
  if (/[!¡]|\p{So}|\p{Extended_Pictographic}/u.test(plain)) return true;
  const words = plain.toLowerCase().replace(BETWEEN_WORDS, " ").trim().split(" ");
  return once(words).length < words.length;
};

const visibleBody = (text: string, withoutPictures = true): string | null => {
  if (text.length > WRITTEN_LENGTH_MAX || PLAIN_AND_LONG.test(text)) return null;
  const body = withoutSignature(text).replace(KEYCAP, "\u{1f522}").replace(INVISIBLE, "").trim();
  if ([...body].length > COMMAND_LENGTH_MAX) return null;
  return withoutPictures ? body.replace(PICTURES_AROUND, "") : body;
};

/** The words that are said again and again, once: "stop stop" is "stop", "no mas no mas" is "no mas". */
const once = (words: readonly string[]): readonly string[] => {
  for (let period = 1; period <= words.length / 2; period += 1) {
    if (words.length % period !== 0) continue;
    if (words.every((word, at) => word === words[at % period])) return words.slice(0, period);
  }
  return words;
};

/** "s t o p" is "stop". */
const joined = (words: readonly string[]): string => {
  const isSpelled = words.length >= SPELLED_LETTERS_MIN && words.every((word) => [...word].length === 1);
  return words.join(isSpelled ? "" : " ");
};
