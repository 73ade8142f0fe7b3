import fc from "fast-check";

const wide = (word: string): string =>
  word.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));

const mixedCase = (word: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map((upper) => [...word].map((each, at) => (upper[at] ? each.toUpperCase() : each)).join(""));

const INVISIBLE = ["\u200b", "\u200d", "\u00ad", "\ufe0f", "\u2060", "\ufeff", "\u200e"];

const withInvisible = (word: string): fc.Arbitrary<string> =>
  fc.tuple(fc.nat({ max: word.length }), fc.constantFrom("", ...INVISIBLE)).map(([at, each]) => {
    return word.slice(0, at) + each + word.slice(at);
  });

const spelling = (word: string): fc.Arbitrary<string> =>
  /^[a-z]{3,}$/.test(word)
    ? fc.constantFrom(
        word,
        [...word].join(" "),
        [...word].join("."),
        `${[...word].join(".")}.`,
        wide(word),
        `${word} ${word}`,
        `${word}, ${word} ${word}`,
      )
    : fc.constantFrom(word, word.normalize("NFD"));

/** What may stand around a word, with no letters or digits of its own. */
const quietEnds = ["", "", " ", ".", "...", "…", '"', "”", "'", ")", "»", "\n", " - ", "\u2069", "?"];
const loudEnds = ["!", "!!!", "！", " 🛑", "🛑️", "❤️", " 👍🏽", "🇬🇧", "👩‍👩‍👧", "1️⃣", "™"];

const SIGNATURES = [
  "Sent from my phone",
  "Sent from my iPhone",
  "Sent from Outlook for Android",
  "Von meinem iPhone gesendet",
  "Gesendet von meinem Handy",
  "Envoyé de mon iPhone",
  "Envoyé depuis mon téléphone",
  "Enviado desde mi iPhone",
  "Enviado do meu telemóvel",
];

const signed = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom("", ...SIGNATURES).map((signature) => (signature ? `${text}\n\n${signature}` : text));

const between = (word: fc.Arbitrary<string>, ends: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...ends), word, fc.constantFrom(...ends))
    .map(([before, inner, after]) => before + inner + after);

const dressed = (ends: readonly string[], spelled: fc.Arbitrary<string>) =>
  between(spelled.chain(mixedCase).chain(withInvisible), ends)
    .filter((text) => [...text].length <= 36)
    .chain(signed);

/** A word as people, phones and networks dress it up: it is the same word. */
export const dressedArbitrary = (word: string): fc.Arbitrary<string> =>
  dressed([...quietEnds, ...loudEnds], spelling(word));

/** The same without anything that makes it a cry. */
export const quietlyDressedArbitrary = (word: string): fc.Arbitrary<string> =>
  dressed(quietEnds, fc.constantFrom(word, word.normalize("NFD")));
