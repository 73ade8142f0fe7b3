import type { LinkKind } from "#core/domain/link-kind.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import type { Random } from "#test/simulation/random.ts";
import { createHandsetCounters } from "./handset-counter.ts";
import { lettersOf } from "./letters.ts";
import { spelled } from "./spellings.ts";
import type { TextStyle } from "./step.ts";
import type { TypedText } from "./typed-text.ts";

export interface Typing {
  /** What somebody types in this style: one text, or two of the same words. */
  inStyle(style: TextStyle, from: string, to: string, random: Random): readonly TypedText[];
  /** How many texts have been typed. */
  count(): number;
  /** Exactly these words. */
  words(words: string, from: string, to: string, random: Random): TypedText;
}

/** Nobody's in these worlds. */
export const SHOWN_NUMBER = "+44 7700 912345";

/** Every text but a repeated one has words of its own, so that the judge can tell it from all others. */
export const createTyping = (links: readonly LinkKind[]): Typing => {
  let texts = 0;
  const referenceFor = createHandsetCounters();

  const typed = (
    words: string,
    from: string,
    to: string,
    random: Random,
    style: TextStyle = "short",
  ): TypedText => {
    const parts = segmentsOf(words);
    const id = texts++;
    return {
      id,
      from,
      writtenFrom: spelled(from, id),
      to,
      words,
      parts,
      lost: style === "holed" && parts.length > 1 ? random.int(0, parts.length - 1) : null,
      repeated: style === "echoed" && parts.length > 1 ? random.int(0, parts.length - 1) : null,
      reference: parts.length > 1 ? referenceFor(from, random) : 0,
      link: random.pick(links),
    };
  };

  return {
    count: () => texts,
    words: typed,
    inStyle: (style, from, to, random) => {
      // No word that announces a number.
      const name = `walk ${lettersOf(texts)}`;
      switch (style) {
        case "short":
          return [typed(name, from, to, random)];
        case "emoji":
          return [typed(longWords(name, "🙂👩‍👩‍👧", random.int(1, 7)), from, to, random)];
        case "same":
          return [typed(`${name}, twice`, from, to, random), typed(`${name}, twice`, from, to, random)];
        case "long":
        case "holed":
        case "echoed":
          return [
            typed(longWords(name, "and so on [it goes] €", random.int(7, 16)), from, to, random, style),
          ];
      }
    },
  };
};

/** Each part names its text, so that the judge can tell it from all others. */
const longWords = (name: string, phrase: string, least: number): string => {
  for (let times = least; ; times += 1) {
    const words = `${name}, ${phrase}; `.repeat(times).trimEnd();
    if (segmentsOf(words).every((part) => part.includes(`${name},`))) return words;
  }
};
