/** Why there is nothing in a message that could be passed on: a picture alone, or nothing at all. */
export type Unreadable = "media" | "nothing-to-read";

/** Nothing of these is seen: control characters but tab and line ends, zero-width characters, marks of writing direction. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const BLANK = /[\t\n\r]/;

/** Null for a message with words; a space or a line end alone is a text too, unless a picture came with it. */
export const unreadable = ({
  text,
  hasMedia = false,
}: {
  readonly text: string;
  readonly hasMedia?: boolean;
}): Unreadable | null => {
  // Most texts: they begin with a letter.
  const first = text.charCodeAt(0);
  if (first > 0x20 && first < 0x7f) return null;
  const seen = text.replace(INVISIBLE, "");
  // breakage: media-is-empty
  if (hasMedia) return seen.trim() === "" ? "media" : null;
  // breakage: send-nothing
  return seen === "" && !BLANK.test(text) ? "nothing-to-read" : null;
};
