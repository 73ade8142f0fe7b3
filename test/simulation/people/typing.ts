import type { LinkKind } from "#core/domain/message.ts";
import { segmentsOf } from "#core/domain/message-text.ts";
import type { Random } from "#test/simulation/random.ts";
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

/** Every text but a repeated one has words of its own, so that the judge can tell it from all others. */
export const createTyping = (links: readonly LinkKind[]): Typing => {
  let texts = 0;

  const typed = (words: string, from: string, to: string, random: Random, holed = false): TypedText => {
    const parts = segmentsOf(words);
    const id = texts++;
    return {
      id,
      from,
      writtenFrom: spelled(from, id),
      to,
      words,
      parts,
      lost: holed && parts.length > 1 ? random.int(0, parts.length - 1) : null,
      link: random.pick(links),
    };
  };

  return {
    count: () => texts,
    words: typed,
    inStyle: (style, from, to, random) => {
      const name = `text ${texts}`;
      switch (style) {
        case "short":
          return [typed(name, from, to, random)];
        case "emoji":
          return [typed(`${name} ${"🙂👩‍👩‍👧".repeat(random.int(1, 14))}`, from, to, random)];
        case "same":
          return [typed(`${name}, twice`, from, to, random), typed(`${name}, twice`, from, to, random)];
        case "long":
        case "holed":
          return [typed(`${name} ${longWords(random)}`, from, to, random, style === "holed")];
      }
    },
  };
};

/** Two to four parts, with characters that take two septets. */
const longWords = (random: Random): string => "and so on [it goes] €".repeat(random.int(9, 22));
